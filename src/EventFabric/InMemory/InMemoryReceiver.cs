using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.InMemory;

/// <summary>Receives as a member of a group, or as one that only looks. What is handed over and what a settle means is the group's.</summary>
internal class InMemoryReceiver : IReceiver, IFaultableReceiver
{
    private readonly ReaderGroup _group;
    private readonly PendingReceive _pending;

    public InMemoryReceiver(
        InMemoryAddress address,
        ReaderGroup group,
        ChannelPlan plan,
        IReceiverEvents events,
        WorkScheduler scheduler,
        ReceiveTraits traits)
    {
        Gate = address.Gate;
        Traits = traits;
        _group = group;
        Member = new Membership(Gate, group, events, scheduler, plan.RevokeGrace, plan.Mode == ReceiveMode.Browse);
        Member.Pending = _pending = new PendingReceive(Gate, group, Member, plan.MaxInFlightBytes, scheduler);
    }

    public ReceiveTraits Traits { get; }

    public Membership Member { get; }

    protected object Gate { get; }

    public ValueTask<InboundBatch?> ReceiveAsync(int maxRecords) => _pending.Start(maxRecords);

    public ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        WakeList wake = default;
        lock (Gate)
        {
            for (var i = 0; i < commands.Length; i++) outcomes.Span[i] = _group.Settle(Member, commands.Span[i]);
            _group.AfterChange(ref wake);
        }

        wake.Run();
        return default;
    }

    public void SetFlow(Ownership part, bool open)
    {
        WakeList wake = default;
        lock (Gate)
        {
            if (Member.Find(part) is not { } tenure) return;
            tenure.Open = open;
            if (open) _pending.Wake(ref wake);
        }

        wake.Run();
    }

    public ValueTask StopAsync(CancellationToken cancellationToken)
    {
        WakeList wake = default;
        lock (Gate) _pending.Stop(ref wake);
        wake.Run();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        Member.Leave();
    }

    void IFaultableReceiver.Crash() => Member.Leave();

    void IFaultableReceiver.Revoke(int? partition) => Member.Take(partition, ask: true);

    void IFaultableReceiver.Steal(int? partition) => Member.Take(partition, ask: false);
}
