using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Testing.Spying;

/// <summary>What the engine asked of the drivers and what they promised: capabilities, traits, the size of send batches. Thread-safe.</summary>
internal sealed class DriverSpy
{
    private readonly object _gate = new();
    private readonly List<(ChannelPlan Plan, ImmutableArray<CapabilityCell> Cells)> _resolved = [];
    private readonly List<(ChannelPlan Plan, SendTraits Traits)> _senders = [];
    private readonly List<(ChannelPlan Plan, ReceiveTraits Traits)> _receivers = [];
    private readonly List<(int Count, long Bytes)> _batches = [];
    private readonly List<IAsyncDisposable> _made = [];
    private int _inspections;

    /// <summary>Lowers what a sender says it can take. Set before the host starts.</summary>
    internal Func<SendTraits, SendTraits>? LowerSendTraits { get; set; }

    /// <summary>Changes what the driver says it can do. Set before the host starts.</summary>
    internal Func<CapabilityCell, CapabilityCell>? ChangeCapability { get; set; }

    /// <summary>Changes what the driver found at the broker. Set before the host starts.</summary>
    internal Func<TopologyItem, TopologyItem>? ChangeTopology { get; set; }

    /// <summary>What every inspection waits for once it knows what is there. Set before the host starts.</summary>
    internal Func<Task>? AfterInspection { get; set; }

    /// <summary>How often a broker was inspected.</summary>
    internal int Inspections => Volatile.Read(ref _inspections);

    /// <summary>Connections, senders and receivers that were made, so that a case can dispose them once more.</summary>
    internal IReadOnlyList<IAsyncDisposable> Made
    {
        get
        {
            lock (_gate) return [.. _made];
        }
    }

    /// <summary>Records and bytes (by the sender's own measure) of every send call.</summary>
    internal IReadOnlyList<(int Count, long Bytes)> Batches
    {
        get
        {
            lock (_gate) return [.. _batches];
        }
    }

    /// <summary>What the driver said it can do for a consuming plan of one ordering; null when it was not asked.</summary>
    internal ImmutableArray<CapabilityCell>? ResolvedFor(OrderingMode ordering)
    {
        lock (_gate)
        {
            var index = _resolved.FindLastIndex(known => known.Plan is { Role: ChannelRole.Main, Group: not null, Mode: ReceiveMode.Consume } && known.Plan.Ordering == ordering);
            return index < 0 ? null : _resolved[index].Cells;
        }
    }

    internal SendTraits? SendTraits
    {
        get
        {
            lock (_gate) return _senders.FindLast(static known => known.Plan.Role == ChannelRole.Main).Traits;
        }
    }

    internal ReceiveTraits? ReceiveTraits
    {
        get
        {
            lock (_gate) return _receivers.FindLast(static known => known.Plan.Mode == ReceiveMode.Consume).Traits;
        }
    }

    internal void OnResolved(ChannelPlan plan, ImmutableArray<CapabilityCell> cells)
    {
        lock (_gate) _resolved.Add((plan, cells));
    }

    internal async ValueTask<ImmutableArray<TopologyItem>> OnInspectedAsync(ImmutableArray<TopologyItem> items)
    {
        Interlocked.Increment(ref _inspections);
        if (AfterInspection is { } wait) await wait().ConfigureAwait(false);
        return ChangeTopology is { } change ? [.. items.Select(change)] : items;
    }

    internal void OnConnection(IBrokerConnection connection)
    {
        lock (_gate) _made.Add(connection);
    }

    internal void OnSender(ChannelPlan plan, ISender sender)
    {
        lock (_gate)
        {
            _senders.Add((plan, sender.Traits));
            _made.Add(sender);
        }
    }

    internal void OnReceiver(ChannelPlan plan, IReceiver receiver)
    {
        lock (_gate)
        {
            _receivers.Add((plan, receiver.Traits));
            _made.Add(receiver);
        }
    }

    internal void OnSend(ISender sender, SendBatch batch)
    {
        var bytes = 0L;
        foreach (ref readonly var record in batch.Records) bytes += sender.Measure(in record);
        lock (_gate) _batches.Add((batch.Records.Length, bytes));
    }
}
