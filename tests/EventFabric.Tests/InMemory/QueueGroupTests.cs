using EventFabric.Drivers;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Tests.InMemory;

public sealed class QueueGroupTests
{
    private readonly InMemoryHarness _harness = new(new InMemoryOptions { Profile = InMemoryProfile.Queue });

    [Fact]
    public async Task A_closed_receiver_is_not_woken_for_what_it_may_not_take()
    {
        var receiver = await _harness.OpenAsync();
        Assert.Empty(receiver.Receive()!);
        receiver.Receiver.SetFlow(receiver.Events.Owned[0], open: false);
        await using var sender = await _harness.OpenSenderAsync();
        await sender.SendAsync(new SendBatch(new[] { Record(null, "1") }), CancellationToken.None);
        for (var hops = 0; _harness.Scheduler.Step(); hops++)
            Assert.True(hops < 100, "the closed receiver is woken again and again");
        Assert.Empty(receiver.Collect()!);

        receiver.Receiver.SetFlow(receiver.Events.Owned[0], open: true);
        Assert.Equal(["1"], receiver.DrainBodies());
    }

    [Fact]
    public async Task A_group_becomes_ordered_for_a_member_that_wants_it_and_what_waits_keeps_its_order()
    {
        await _harness.SendAsync(Record("k", "1"), Record("k", "2"), Record(null, "3"), Record("k", "4"));
        var first = await _harness.OpenAsync(Plan(ordering: OrderingMode.None));
        Assert.False(first.Receiver.Traits.OrderedPerKey);
        var seen = first.Drain();
        Assert.Equal(SettleStatus.Applied, first.Settle(seen[1].Ref, SettleKind.Release));
        Assert.Equal(SettleStatus.Applied, first.Settle(seen[0].Ref, SettleKind.Release, TimeSpan.FromSeconds(5)));
        Assert.Equal(SettleStatus.Applied, first.Settle(seen[2].Ref, SettleKind.Release));
        Assert.Equal(SettleStatus.Applied, first.Settle(seen[3].Ref));
        await first.DisposeAsync();

        var ordered = await _harness.OpenAsync();
        Assert.True(ordered.Receiver.Traits.OrderedPerKey);
        Assert.Equal(["3"], ordered.DrainBodies());
        _harness.Scheduler.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["1", "2"], ordered.DrainBodies());
    }

    [Fact]
    public async Task A_group_with_leases_whose_keys_it_does_not_know_is_not_called_ordered()
    {
        await _harness.SendAsync(Record("k", "1"));
        var first = await _harness.OpenAsync(Plan(ordering: OrderingMode.None));
        var seen = Assert.Single(first.Drain());
        Assert.False((await _harness.OpenAsync()).Receiver.Traits.OrderedPerKey);
        Assert.Equal(SettleStatus.Applied, first.Settle(seen.Ref));
        Assert.True((await _harness.OpenAsync()).Receiver.Traits.OrderedPerKey);
    }

    [Fact]
    public async Task A_key_that_waits_is_not_overtaken_by_its_new_records()
    {
        await _harness.SendAsync(Record("k", "1"));
        var receiver = await _harness.OpenAsync();
        var seen = Assert.Single(receiver.Drain());
        Assert.Equal(SettleStatus.Applied, receiver.Settle(seen.Ref, SettleKind.Release, TimeSpan.FromSeconds(5)));
        await _harness.SendAsync(Record("k", "2"));
        Assert.Empty(receiver.Drain());
        _harness.Scheduler.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["1", "2"], receiver.DrainBodies());
    }
}
