using System.Collections.Immutable;
using System.Threading.Tasks.Sources;
using EventFabric.Drivers;

namespace EventFabric.Tests.Engine;

/// <summary>A driver of one partition that hands the same batch over each time a test asks for it.</summary>
internal sealed class RepeatingDriver(RepeatedBatch batch) : IBrokerDriver, IBrokerConnection, IReceiver, IValueTaskSource<InboundBatch?>
{
    private readonly Ownership _owner = new("0", 0);
    private ManualResetValueTaskSourceCore<InboundBatch?> _pending;

    public static CloudEventsBinding Binding { get; } = new("ce_", "content-type");

    public string Type => "Repeating";

    public RecordPosition Settled { get; private set; }

    public ReceiveTraits Traits { get; } = new(
        AckMode.Cumulative,
        ReleaseMode.Never,
        MaxDelay: TimeSpan.Zero,
        Lease: null,
        MaxLease: TimeSpan.Zero,
        Partitioned: true,
        OrderedPerKey: true,
        SettleChunk: 64,
        CommitInterval: TimeSpan.Zero,
        GroupWideSeek: false,
        Binding);

    /// <summary>Answers the receive that is under way.</summary>
    public void HandOver() => _pending.SetResult(batch.Next(_owner));

    public ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
    {
        _pending.Reset();
        return new ValueTask<InboundBatch?>(this, _pending.Version);
    }

    public ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        Settled = commands.Span[^1].Record.Position;
        outcomes.Span[..commands.Length].Fill(new SettleOutcome(SettleStatus.Applied, null));
        return default;
    }

    public void SetFlow(Ownership part, bool open)
    {
    }

    public ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _pending.SetResult(null);
        return default;
    }

    public IBrokerConnection Create(BrokerContext context)
    {
        context.Report(BrokerState.Ready);
        return this;
    }

    public object? ReadChannel(SettingsReader settings) => null;

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues) =>
        [.. Enum.GetValues<Capability>().Select(static capability => new CapabilityCell(capability, Support.Native))];

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => $"{main.Address}-{main.Group}-{role}";

    public ErrorInfo Classify(Exception error) => new(ErrorKind.Fatal, "repeating");

    public ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken)
    {
        events.Assigned([_owner]);
        return new(this);
    }

    public ValueTask DisposeAsync() => default;

    InboundBatch? IValueTaskSource<InboundBatch?>.GetResult(short token) => _pending.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<InboundBatch?>.GetStatus(short token) => _pending.GetStatus(token);

    void IValueTaskSource<InboundBatch?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _pending.OnCompleted(continuation, state, token, flags);
}
