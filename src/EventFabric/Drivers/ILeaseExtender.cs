using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>Implemented by a receiver whose records are leased.</summary>
[Experimental("EVF9001")]
public interface ILeaseExtender
{
    /// <summary>Extends leases. At most one call is pending at a time, beside Receive, Settle and SetFlow.</summary>
    /// <param name="records">Which.</param>
    /// <param name="by">For how long from now.</param>
    /// <param name="outcomes">As long as <paramref name="records"/>; gets one outcome per record.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Ends within <see cref="ChannelPlan.OperationTimeout"/>.</returns>
    ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, TimeSpan by, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken);
}
