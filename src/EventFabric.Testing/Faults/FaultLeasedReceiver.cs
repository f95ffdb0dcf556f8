using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.Testing.Faults;

/// <summary>The same for a receiver whose records are leased.</summary>
internal sealed class FaultLeasedReceiver(IReceiver inner, ILeaseExtender extender, FaultTenures tenures, FaultPlan plan, WorkScheduler scheduler)
    : FaultReceiver(inner, tenures, plan, scheduler), ILeaseExtender
{
    public async ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, TimeSpan by, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        for (var i = 0; i < records.Length; i++)
        {
            if (Stops(Plan.OnExtend?.Invoke(records.Span[i]) ?? default) is { } outcome)
            {
                outcomes.Span[i] = outcome;
                continue;
            }

            await extender.ExtendAsync(records.Slice(i, 1), by, outcomes.Slice(i, 1), cancellationToken).ConfigureAwait(false);
            if (outcomes.Span[i].Status is SettleStatus.Applied or SettleStatus.Sent) Extended(records.Span[i], by);
        }
    }
}
