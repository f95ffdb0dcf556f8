using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>Sends records to one channel.</summary>
[Experimental("EVF9001")]
public interface ISender : IAsyncDisposable
{
    /// <summary>Limits and habits of this sender. Constant.</summary>
    SendTraits Traits { get; }

    /// <summary>An upper bound of the bytes that a record adds to a batch on the wire: base64, escapes, sections and headers included. Pure; any thread.</summary>
    /// <param name="record">The record, not changed.</param>
    /// <returns>Bytes.</returns>
    long Measure(in OutboundRecord record);

    /// <summary>Sends a batch and completes each of its records through <see cref="SendBatch.Complete"/>.</summary>
    /// <param name="batch">The records. A record's memory is valid until it is completed.</param>
    /// <param name="abort">Ends what can be ended; every record is completed all the same.</param>
    /// <returns>Ends when the start of the batch is over and every record is completed.</returns>
    /// <remarks>
    /// Starts never overlap, completions do; start order is record order even if a start suspends. Within a key the accepted records are a
    /// prefix: after one that is not accepted, later ones of that key in this and overlapping calls end <see cref="SendStatus.NotSent"/>,
    /// a final rejection excepted where the broker had taken the next one already. A fault of the call ends the rest as
    /// <see cref="SendStatus.Unknown"/>.
    /// </remarks>
    ValueTask SendAsync(SendBatch batch, CancellationToken abort);
}
