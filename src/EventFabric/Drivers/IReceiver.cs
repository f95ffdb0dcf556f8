using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>Receives from one channel as a member of a group, or browses it.</summary>
/// <remarks>
/// Group membership, heartbeats, rebalances, renewal of tokens and reconnects go on whether or not a <see cref="ReceiveAsync"/> is
/// pending. May also implement <see cref="ILeaseExtender"/>, <see cref="ISeekable"/> and <see cref="ILagReader"/>.
/// </remarks>
[Experimental("EVF9001")]
public interface IReceiver : IAsyncDisposable
{
    /// <summary>How this receiver delivers and settles. Constant.</summary>
    ReceiveTraits Traits { get; }

    /// <summary>Waits for records and hands them over. At most one call is pending at a time.</summary>
    /// <param name="maxRecords">The most records that the batch may hold; at least 1.</param>
    /// <returns>A batch with at least one record, or null when the receiver was stopped or a browse is at its end.</returns>
    /// <remarks>It has no token: <see cref="StopAsync"/> ends the wait; a cancelled fetch would strand records.</remarks>
    ValueTask<InboundBatch?> ReceiveAsync(int maxRecords);

    /// <summary>Settles records. At most one call is pending at a time, beside Receive, Extend and SetFlow.</summary>
    /// <param name="commands">
    /// Applied in order. Cumulative: only <see cref="SettleKind.Ack"/>, one per <see cref="Ownership"/>, meaning "up to and including".
    /// </param>
    /// <param name="outcomes">As long as <paramref name="commands"/>; gets one outcome per command, faults included.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Ends within <see cref="ChannelPlan.OperationTimeout"/>. It must not need the thread that receives.</returns>
    ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken);

    /// <summary>Closes or opens intake of one partition, or of the one ownership of a leased queue. Any thread; never blocks.</summary>
    /// <param name="part">The tenure; an ended one is ignored.</param>
    /// <param name="open">
    /// False closes: a leased driver stops fetching and releases what it has not handed over, ascending per key. Records under way may still arrive.
    /// </param>
    void SetFlow(Ownership part, bool open);

    /// <summary>
    /// Stops fetching, ends a pending Receive, and gives back what was fetched and not handed over. Membership and settling go on until the receiver is disposed.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Ends when nothing more will be handed over.</returns>
    ValueTask StopAsync(CancellationToken cancellationToken);
}
