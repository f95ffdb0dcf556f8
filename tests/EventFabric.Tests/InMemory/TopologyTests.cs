using EventFabric.Drivers;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Tests.InMemory;

/// <summary>What an inspection says of what is there and is not as the settings want it.</summary>
public sealed class TopologyTests
{
    private static InMemoryOptions Queue => new() { Profile = InMemoryProfile.Queue, Lease = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task Another_number_of_partitions_is_a_drift_of_a_log()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 3 });
        harness.Broker.Create("other", 5);
        Assert.Equal([new TopologyItem("other", TopologyState.Drift, "Partitions", "5", "3", Destructive: true)], await harness.Store.InspectAsync([Plan("other")], CancellationToken.None));
    }

    [Fact]
    public async Task Several_partitions_are_unsafe_for_a_queue()
    {
        var harness = new InMemoryHarness(Queue);
        harness.Broker.Create("log", 5);
        Assert.Equal([new TopologyItem("log", TopologyState.Unsafe, "Partitions", "5", "1", Destructive: true)], await harness.Store.InspectAsync([Plan("log", group: null)], CancellationToken.None));
    }

    [Fact]
    public async Task A_group_of_a_queue_keeps_the_order_and_the_lease_that_it_was_made_with()
    {
        var harness = new InMemoryHarness(Queue);
        await harness.OpenAsync(Plan(ordering: OrderingMode.None));
        harness.Options.Lease = TimeSpan.FromSeconds(40);
        Assert.Equal(
            [
                new TopologyItem("a", TopologyState.Ok, null, null, null, Destructive: false),
                new TopologyItem("a/g", TopologyState.Unsafe, "Ordering", "None", "PerKey", Destructive: true),
                new TopologyItem("a/g", TopologyState.Drift, "Lease", "30s", "40s", Destructive: true),
            ],
            await harness.Store.InspectAsync([Plan(group: null), Plan(), Plan(group: "new")], CancellationToken.None));
    }
}
