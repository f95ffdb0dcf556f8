using System.Buffers;

namespace EventFabric.Nats.Receiving;

/// <summary>Takes what arrives of one consumer. Neither throws nor blocks.</summary>
internal interface IPullTarget
{
    /// <summary>A record. Its buffers are the client's, for the time of the call.</summary>
    void Arrived(string subject, string reply, in AckSubject ack, in ReadOnlySequence<byte> headers, in ReadOnlySequence<byte> body);

    /// <summary>What came could not be taken: nothing more may be taken behind it.</summary>
    void Failed(Exception error);

    /// <summary>News of a pull.</summary>
    /// <param name="pull">Its number, as it was asked with.</param>
    /// <param name="status">What is said.</param>
    void Told(string pull, PullStatus status);
}
