using System.Collections.Immutable;
using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.InMemory;

/// <summary>One configured in-memory broker: a way into an <see cref="InMemoryBroker"/>.</summary>
internal sealed class InMemoryConnection : IBrokerConnection, ITopology
{
    /// <summary>Room above the publisher's limit, so that what was published can be dead-lettered with its headers.</summary>
    private const int CopyHeadroom = 8192;

    private readonly InMemoryBroker _broker;
    private readonly InMemoryOptions _options;
    private readonly WorkScheduler _scheduler;
    private readonly RecordLimits _limits;
    private readonly QueueClock _clock;
    private bool _disposed;

    public InMemoryConnection(InMemoryBroker broker, InMemoryOptions options, int maxEventBytes, WorkScheduler scheduler)
    {
        _broker = broker;
        _options = options;
        _scheduler = scheduler;
        _limits = new RecordLimits(options.Portable, (long)maxEventBytes + CopyHeadroom);
        _clock = new QueueClock(scheduler.Time, options.Lease);
        broker.Time = scheduler.Time;
    }

    private bool IsLog => _options.Profile == InMemoryProfile.Log;

    public object? ReadChannel(SettingsReader settings) => null;

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues) =>
        IsLog ? InMemoryCapabilities.Log : InMemoryCapabilities.Queue;

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => role switch
    {
        ChannelRole.DeadLetter => $"{main.Address}-{main.Group}-dlq",
        ChannelRole.Retry => $"{main.Address}-{main.Group}-retry-{tier}",
        ChannelRole.Delay => $"{main.Address}-delay",
        _ => main.Address,
    };

    public ErrorInfo Classify(Exception error) => error switch
    {
        InMemoryException refusal => new ErrorInfo(refusal.Kind, refusal.Code),
        ObjectDisposedException => new ErrorInfo(ErrorKind.Fatal, "disposed"),
        OperationCanceledException => new ErrorInfo(ErrorKind.Transient, "cancelled"),
        _ => new ErrorInfo(ErrorKind.Unknown, "unexpected"),
    };

    public ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var address = Find(plan);
        lock (address.Gate)
        {
            address.RetentionBytes = _options.RetentionBytes;
            address.KeepsAll |= plan.Role == ChannelRole.DeadLetter;
        }

        return new ValueTask<ISender>(new InMemorySender(address, _limits, IsLog, IsLog && _options.Holes, _scheduler.Time));
    }

    public ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var address = Find(plan);
        InMemoryReceiver receiver;
        lock (address.Gate)
        {
            receiver = IsLog ? OpenLog(address, plan, events) : OpenQueue(address, plan, events);
        }

        receiver.Member.Join();
        return new ValueTask<IReceiver>(receiver);
    }

    public ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken) =>
        new(new InMemoryTopology(_broker, _options).Inspect(plans));

    public ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            if (item.State == TopologyState.Missing)
                _broker.Create(item.Resource, IsLog ? _options.Partitions : 1);
        }

        return default;
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return default;
    }

    private InMemoryAddress Find(ChannelPlan plan)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var address = _broker.Find(plan.Address) ?? throw InMemoryException.NotFound(plan.Address);
        return IsLog || address.Partitions.Length == 1 ? address : throw InMemoryException.NotAQueue(address);
    }

    private InMemoryReceiver OpenLog(InMemoryAddress address, ChannelPlan plan, IReceiverEvents events)
    {
        ReaderGroup group = plan.Mode == ReceiveMode.Browse ? address.Browse(plan.Start) : address.LogGroup(plan.Group ?? string.Empty, plan.Start);
        return new InMemoryReceiver(address, group, plan, events, _scheduler, InMemoryTraits.Log);
    }

    private QueueReceiver OpenQueue(InMemoryAddress address, ChannelPlan plan, IReceiverEvents events)
    {
        var group = address.QueueGroup(plan.Group ?? string.Empty, plan.Start, _clock);
        if (plan.Ordering == OrderingMode.PerKey) group.Order();
        return new QueueReceiver(address, group, plan, events, _scheduler, InMemoryTraits.Queue(group));
    }
}
