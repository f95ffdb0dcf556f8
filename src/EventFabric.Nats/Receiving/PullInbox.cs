using System.Buffers;
using NATS.Client.Core;

namespace EventFabric.Nats.Receiving;

/// <summary>Where the records of one consumer arrive, and what the server says of the pulls. On the thread that reads from the socket, which must not wait.</summary>
internal sealed class PullInbox(INatsConnection connection, string prefix, IPullTarget target)
    : NatsSubBase(connection, connection.SubscriptionManager, prefix + ".*", queueGroup: null, opts: null)
{
    private readonly int _prefixLength = prefix.Length + 1;

    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        try
        {
            if (replyTo is not null && AckSubject.TryParse(replyTo, out var ack))
                target.Arrived(subject, replyTo, ack, headersBuffer ?? default, payloadBuffer);
            else if (headersBuffer is { } headers && PullStatus.Parse(headers) is { } status && subject.Length > _prefixLength)
                target.Told(subject[_prefixLength..], status);
        }
        catch (Exception error)
        {
            // The client would end the subscription without a word, and nobody would come again.
            target.Failed(error);
        }

        return default;
    }

    protected override void TryComplete()
    {
        // Nothing waits here.
    }
}
