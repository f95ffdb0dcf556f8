using EventFabric.Drivers;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Tests.InMemory;

public sealed class LogGroupTests
{
    [Fact]
    public async Task Partitions_are_dealt_evenly_and_moved_only_after_the_owner_agrees()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 5 });
        var first = await harness.OpenAsync();
        Assert.Equal([0, 1, 2, 3, 4], first.Events.OwnedPartitions);
        first.Events.Agrees = false;

        var second = await harness.OpenAsync();
        Assert.Equal(2, first.Events.Asked.Count);
        Assert.Empty(second.Events.Owned);
        Assert.Equal([ChannelState.Standby], second.Events.States);
        Assert.DoesNotContain(first.Events.Asked, static part => part.IsLost);

        first.Events.Agree();
        harness.Scheduler.Run();
        Assert.All(first.Events.Asked, static part => Assert.True(part.IsLost));
        Assert.Equal(2, second.Events.OwnedPartitions.Count);
        Assert.Equal([0, 1, 2, 3, 4], first.Events.OwnedPartitions.Concat(second.Events.OwnedPartitions).Order());
        Assert.Equal([ChannelState.Standby, ChannelState.Ready], second.Events.States);
    }

    [Fact]
    public async Task A_leaving_partition_gives_no_record_and_still_settles()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 2 });
        await harness.SendAsync(Record(null, "0"), Record(null, "1"));
        var first = await harness.OpenAsync();
        var seen = first.Drain();
        first.Events.Agrees = false;
        var second = await harness.OpenAsync();
        var leaving = Assert.Single(first.Events.Asked);
        await harness.SendAsync(Record(null, "2"), Record(null, "3"));
        Assert.Single(first.Drain());

        var record = seen.Single(one => ReferenceEquals(one.Ref.Owner, leaving));
        Assert.Equal(SettleStatus.Applied, first.Settle(record.Ref));
        first.Events.Agree();
        harness.Scheduler.Run();
        Assert.Equal(SettleStatus.LeaseLost, first.Settle(record.Ref));
        Assert.Single(second.Drain());
    }

    [Fact]
    public async Task A_partition_is_taken_when_the_grace_is_over()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 2 });
        var first = await harness.OpenAsync();
        first.Events.Agrees = false;
        var second = await harness.OpenAsync();
        Assert.False(first.Events.Grace.IsCancellationRequested);
        harness.Scheduler.Advance(TimeSpan.FromSeconds(24));
        Assert.Empty(second.Events.Owned);
        harness.Scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.True(first.Events.Grace.IsCancellationRequested);
        Assert.Single(second.Events.OwnedPartitions);
        first.Events.Agree();
        harness.Scheduler.Run();
        Assert.Single(second.Events.OwnedPartitions);
    }

    [Fact]
    public async Task A_crash_gives_uncommitted_records_to_others_and_asks_nobody()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 2 });
        await harness.SendAsync(Record(null, "0"), Record(null, "1"), Record(null, "2"), Record(null, "3"));
        var first = await harness.OpenAsync();
        var seen = first.Drain();
        Assert.Equal(SettleStatus.Applied, first.Settle(seen.Single(static one => one.Body == "0").Ref));
        first.Faults.Crash();
        harness.Scheduler.Run();
        Assert.Empty(first.Events.Asked);
        Assert.All(seen, static one => Assert.True(one.Ref.Owner.IsLost));
        Assert.Equal(SettleStatus.LeaseLost, first.Settle(seen[^1].Ref));

        var second = await harness.OpenAsync();
        Assert.Equal(["1", "2", "3"], second.DrainBodies().Order());
    }

    [Fact]
    public async Task What_is_stolen_is_told_as_lost()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 2 });
        var receiver = await harness.OpenAsync();
        receiver.Faults.Steal(1);
        harness.Scheduler.Run();
        Assert.Equal(1, Assert.Single(receiver.Events.Gone).Index);
        Assert.Equal([0, 1], receiver.Events.OwnedPartitions);
        Assert.Equal(3, receiver.Events.Owned.Count);
    }

    [Fact]
    public async Task A_member_that_leaves_hands_over_to_the_others()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 4 });
        var first = await harness.OpenAsync();
        var second = await harness.OpenAsync();
        await first.DisposeAsync();
        Assert.Equal([0, 1, 2, 3], second.Events.OwnedPartitions);
        Assert.Empty(second.Events.Asked);
        Assert.Null(first.Receive());
    }

    [Fact]
    public async Task Whatever_comes_and_goes_every_partition_has_one_owner_and_shares_are_even()
    {
        for (var seed = 0; seed < 200; seed++)
            await RunAssignment(seed);
    }

    private static async Task RunAssignment(int seed)
    {
        var random = new Random(seed);
        var partitions = random.Next(1, 9);
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = partitions });
        var members = new List<TestReceiver>();
        for (var step = 0; step < 30; step++)
        {
            switch (random.Next(5))
            {
                case 0 or 1 when members.Count < 6:
                    members.Add(await harness.OpenAsync());
                    break;
                case 2 when members.Count > 0:
                    var leaver = members[random.Next(members.Count)];
                    members.Remove(leaver);
                    if (random.Next(2) == 0) leaver.Faults.Crash();
                    else await leaver.DisposeAsync();
                    break;
                case 3 when members.Count > 0:
                    members[random.Next(members.Count)].Faults.Revoke(random.Next(2) == 0 ? null : random.Next(partitions));
                    break;
                case 4 when members.Count > 0:
                    members[random.Next(members.Count)].Faults.Steal(random.Next(2) == 0 ? null : random.Next(partitions));
                    break;
            }

            harness.Scheduler.Run();
            if (members.Count == 0) continue;
            var owned = members.Select(static member => member.Events.OwnedPartitions).ToList();
            Assert.True(
                owned.SelectMany(static parts => parts).Order().SequenceEqual(Enumerable.Range(0, partitions)),
                $"Seed {seed}, step {step}: owned {string.Join(" | ", owned.Select(static parts => string.Join(",", parts)))} of {partitions}.");
            Assert.True(
                owned.Max(static parts => parts.Count) - owned.Min(static parts => parts.Count) <= 1,
                $"Seed {seed}, step {step}: uneven {string.Join(" | ", owned.Select(static parts => parts.Count))}.");
        }
    }
}
