using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.InMemory;

/// <summary>Receives from a queue: leased records, settled one by one. One that browses takes what is there, and releases at its end what it did not settle.</summary>
internal sealed class QueueReceiver : InMemoryReceiver, ILeaseExtender
{
    private readonly QueueGroup _group;
    private readonly long _until;

    public QueueReceiver(
        InMemoryAddress address,
        QueueGroup group,
        ChannelPlan plan,
        IReceiverEvents events,
        WorkScheduler scheduler,
        ReceiveTraits traits)
        : base(address, group, plan, events, scheduler)
    {
        _group = group;
        _until = Browses ? address.Partitions[0].Next : long.MaxValue;
        Traits = traits;
    }

    public override ReceiveTraits Traits { get; }

    public override ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        WakeList wake = default;
        lock (Gate)
        {
            for (var i = 0; i < commands.Length; i++)
                outcomes.Span[i] = _group.Settle(commands.Span[i], Member.Find(commands.Span[i].Record.Owner));
            _group.AfterChange(ref wake);
        }

        wake.Run();
        return default;
    }

    public ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, TimeSpan by, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        WakeList wake = default;
        lock (Gate)
        {
            for (var i = 0; i < records.Length; i++)
                outcomes.Span[i] = _group.Extend(records.Span[i], Member.Find(records.Span[i].Owner), by);
            _group.AfterChange(ref wake);
        }

        wake.Run();
        return default;
    }

    protected override bool Take(InMemoryBatch batch, int max, long maxBytes)
    {
        if (Member.Tenures is not [{ Flows: true } tenure]) return false;
        _group.Take(batch, max, maxBytes, tenure, _until);
        return Browses;
    }

    protected override void AfterTake(ref WakeList wake) => _group.AfterChange(ref wake);
}
