using System.Collections.Immutable;
using System.Globalization;
using EventFabric.Configuration.Reading;
using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>Compares what a store has with what plans need.</summary>
internal sealed class InMemoryTopology(InMemoryBroker broker, InMemoryOptions options)
{
    private bool IsLog => options.Profile == InMemoryProfile.Log;

    public ImmutableArray<TopologyItem> Inspect(ImmutableArray<ChannelPlan> plans)
    {
        var items = ImmutableArray.CreateBuilder<TopologyItem>();
        foreach (var address in plans.Select(static plan => plan.Address).Distinct(StringComparer.Ordinal)) Add(items, address);
        if (IsLog) return items.ToImmutable();
        foreach (var plan in plans)
        {
            if (plan is { Mode: ReceiveMode.Consume, Group: { } group } && broker.Find(plan.Address)?.FindQueueGroup(group) is { } known)
                AddGroup(items, plan, known);
        }

        return items.ToImmutable();
    }

    /// <summary>A log of another number of partitions still keeps every key in one of them; a queue would read only the first.</summary>
    private void Add(ImmutableArray<TopologyItem>.Builder items, string address)
    {
        var wanted = IsLog ? options.Partitions : 1;
        if (broker.Find(address) is not { } store) items.Add(new TopologyItem(address, TopologyState.Missing, null, null, null, Destructive: false));
        else if (store.Partitions.Length == wanted) items.Add(new TopologyItem(address, TopologyState.Ok, null, null, null, Destructive: false));
        else items.Add(Differs(address, IsLog ? TopologyState.Drift : TopologyState.Unsafe, "Partitions", Text(store.Partitions.Length), Text(wanted)));
    }

    /// <summary>What a group of a queue was made with stays.</summary>
    private void AddGroup(ImmutableArray<TopologyItem>.Builder items, ChannelPlan plan, QueueGroup known)
    {
        var resource = $"{plan.Address}/{plan.Group}";
        if (plan.Ordering == OrderingMode.PerKey && !known.Ordered)
            items.Add(Differs(resource, TopologyState.Unsafe, "Ordering", nameof(OrderingMode.None), nameof(OrderingMode.PerKey)));
        if (known.Clock.LeaseSpan != options.Lease)
            items.Add(Differs(resource, TopologyState.Drift, "Lease", DurationText.Format(known.Clock.LeaseSpan), DurationText.Format(options.Lease)));
    }

    /// <summary>Nothing of it can be changed but by making it anew.</summary>
    private static TopologyItem Differs(string resource, TopologyState state, string property, string actual, string wanted) =>
        new(resource, state, property, actual, wanted, Destructive: true);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
