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

    [Fact]
    public async Task Who_holds_a_key_gets_its_next_record_though_another_member_came_upon_it_first()
    {
        var holder = await _harness.OpenAsync();
        await _harness.SendAsync(Record("k", "1"));
        var first = Assert.Single(holder.Receive(1)!);
        var other = await _harness.OpenAsync();
        Assert.Empty(other.Receive()!);
        await _harness.SendAsync(Record("k", "2"), Record("k", "3"));
        Assert.Empty(other.Collect()!);

        Assert.Equal(["2"], holder.Receive(1)!.Select(static seen => seen.Body));
        Assert.Equal(["3"], holder.Receive(1)!.Select(static seen => seen.Body));
        Assert.Equal(SettleStatus.Applied, holder.Settle(first.Ref));
    }

    [Fact]
    public async Task Who_holds_a_key_and_waits_gets_its_next_record_though_another_member_waits_too()
    {
        var holder = await _harness.OpenAsync();
        var other = await _harness.OpenAsync();
        await _harness.SendAsync(Record("k", "1"));
        Assert.Single(holder.Receive()!);
        Assert.Empty(holder.Receive()!);
        Assert.Empty(other.Receive()!);
        await _harness.SendAsync(Record("k", "2"));
        Assert.Equal(["2"], holder.Collect()!.Select(static seen => seen.Body));
        Assert.Empty(other.Collect()!);
    }

    [Fact]
    public async Task What_came_back_of_a_key_waits_for_what_is_leased_of_it_and_what_is_behind_waits_too()
    {
        await _harness.SendAsync(Record("k", "1"), Record("k", "2"), Record("k", "3"));
        var receiver = await _harness.OpenAsync();
        var (first, second) = (Assert.Single(receiver.Receive(1)!), Assert.Single(receiver.Receive(1)!));
        Assert.Equal(SettleStatus.Applied, receiver.Settle(first.Ref, SettleKind.Release));
        Assert.Empty(receiver.Drain());
        Assert.Equal(SettleStatus.Applied, receiver.Settle(second.Ref, SettleKind.Release));
        Assert.Equal(["1", "2", "3"], receiver.DrainBodies());
    }
}
