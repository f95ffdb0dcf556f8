using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.InMemory;

/// <summary>Receives leased records.</summary>
internal sealed class QueueReceiver(
    InMemoryAddress address,
    QueueGroup queue,
    ChannelPlan plan,
    IReceiverEvents events,
    WorkScheduler scheduler,
    ReceiveTraits traits) : InMemoryReceiver(address, queue, plan, events, scheduler, traits), ILeaseExtender
{
    private readonly QueueGroup _queue = queue;

    public ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, TimeSpan by, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        WakeList wake = default;
        lock (Gate)
        {
            for (var i = 0; i < records.Length; i++) outcomes.Span[i] = _queue.Extend(Member, records.Span[i], by);
            _queue.AfterChange(ref wake);
        }

        wake.Run();
        return default;
    }
}
