using EventFabric.Drivers;

namespace EventFabric.Performance.Contenders;

/// <summary>Hands out what its source has, settles at once, and remembers the last settled position.</summary>
internal sealed class ScriptedReceiver : IReceiver
{
    private static readonly CloudEventsBinding Binding = new("ce_", "content-type");

    private readonly ScriptedSource _source;
    private readonly Ownership _owner = new("0", 0);

    public ScriptedReceiver(ScriptedSource source, IReceiverEvents events)
    {
        _source = source;
        events.Assigned([_owner]);
    }

    public ReceiveTraits Traits { get; } = new(
        AckMode.Cumulative,
        ReleaseMode.Never,
        MaxDelay: TimeSpan.Zero,
        Lease: null,
        MaxLease: TimeSpan.Zero,
        Partitioned: true,
        OrderedPerKey: true,
        SettleChunk: 64,
        CommitInterval: TimeSpan.FromMilliseconds(100),
        GroupWideSeek: false,
        Binding);

    public ValueTask<InboundBatch?> ReceiveAsync(int maxRecords) => _source.TakeAsync(_owner, maxRecords);

    public ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        outcomes.Span[..commands.Length].Fill(new SettleOutcome(SettleStatus.Applied, null));
        return ValueTask.CompletedTask;
    }

    public void SetFlow(Ownership part, bool open)
    {
    }

    public ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _source.Stop();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _owner.End();
        return ValueTask.CompletedTask;
    }
}
