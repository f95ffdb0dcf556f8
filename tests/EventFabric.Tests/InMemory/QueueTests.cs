using EventFabric.Drivers;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Tests.InMemory;

public sealed class QueueTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_record_is_leased_counted_and_gone_when_settled()
    {
        var harness = Queue();
        var sent = (await harness.SendAsync(Record("k", "1")))[0];
        var receiver = await harness.OpenAsync();
        var seen = Assert.Single(receiver.Drain());
        Assert.Equal(sent.Position, seen.Ref.Position);
        Assert.Equal(1, seen.DeliveryCount);
        Assert.Equal(RecordFlags.HasKey, seen.Flags);
        Assert.Equal(SettleStatus.Applied, receiver.Settle(seen.Ref));
        Assert.Equal(SettleStatus.AlreadySettled, receiver.Settle(seen.Ref));
        harness.Scheduler.Advance(2 * Lease);
        Assert.Empty(receiver.Drain());
    }

    [Fact]
    public async Task A_batch_says_when_its_leases_end()
    {
        var harness = Queue();
        await harness.SendAsync(Record("k", "1"));
        var receiver = await harness.OpenAsync();
        var batch = (await receiver.Receiver.ReceiveAsync(1))!;
        Assert.Equal(Lease, harness.Scheduler.Time.GetElapsedTime(harness.Scheduler.Time.GetTimestamp(), batch.LeaseEnds));
        batch.Recycle();
    }

    [Fact]
    public async Task A_lease_that_ends_delivers_again_and_its_old_handle_is_worth_nothing()
    {
        var harness = Queue();
        await harness.SendAsync(Record("k", "1"));
        var receiver = await harness.OpenAsync();
        var first = Assert.Single(receiver.Drain());
        harness.Scheduler.Advance(Lease - TimeSpan.FromMilliseconds(1));
        Assert.Empty(receiver.Drain());
        harness.Scheduler.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(SettleStatus.LeaseLost, receiver.Settle(first.Ref));
        var second = Assert.Single(receiver.Drain());
        Assert.Equal(2, second.DeliveryCount);
        Assert.Equal(RecordFlags.HasKey | RecordFlags.Redelivered, second.Flags);
        Assert.Equal(first.Ref.Position, second.Ref.Position);
        Assert.Equal(SettleStatus.LeaseLost, receiver.Settle(first.Ref));
        Assert.Equal(SettleStatus.Applied, receiver.Settle(second.Ref));
        Assert.Equal(SettleStatus.AlreadySettled, receiver.Settle(second.Ref));
    }

    [Fact]
    public async Task An_extended_lease_lasts()
    {
        var harness = Queue();
        await harness.SendAsync(Record("k", "1"));
        var receiver = await harness.OpenAsync();
        var seen = Assert.Single(receiver.Drain());
        for (var i = 0; i < 5; i++)
        {
            harness.Scheduler.Advance(Lease / 2);
            Assert.Equal(SettleStatus.Applied, receiver.Extend(seen.Ref, Lease));
            Assert.Empty(receiver.Drain());
        }

        Assert.Equal(SettleStatus.Applied, receiver.Settle(seen.Ref));
    }

    [Fact]
    public async Task A_lease_cannot_be_extended_beyond_the_longest()
    {
        var harness = Queue();
        await harness.SendAsync(Record("k", "1"));
        var receiver = await harness.OpenAsync();
        var seen = Assert.Single(receiver.Drain());
        Assert.Equal(SettleStatus.Applied, receiver.Extend(seen.Ref, TimeSpan.FromDays(2)));
        harness.Scheduler.Advance(receiver.Receiver.Traits.MaxLease);
        Assert.Equal(SettleStatus.LeaseLost, receiver.Extend(seen.Ref, Lease));
        Assert.Equal(2, Assert.Single(receiver.Drain()).DeliveryCount);
    }

    [Fact]
    public async Task A_release_delivers_again_at_once_or_after_its_delay()
    {
        var harness = Queue();
        await harness.SendAsync(Record(null, "now"), Record(null, "later"));
        var receiver = await harness.OpenAsync();
        var seen = receiver.Drain();
        Assert.Empty(receiver.Drain());
        var outcomes = receiver.Settle(
            new SettleCommand(seen[0].Ref, SettleKind.Release, TimeSpan.Zero),
            new SettleCommand(seen[1].Ref, SettleKind.Release, TimeSpan.FromSeconds(5)));
        Assert.All(outcomes, static outcome => Assert.Equal(SettleStatus.Applied, outcome.Status));
        Assert.Equal(SettleStatus.AlreadySettled, receiver.Settle(seen[1].Ref, SettleKind.Release));
        Assert.Equal(["now"], receiver.DrainBodies());
        harness.Scheduler.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(receiver.Drain());
        harness.Scheduler.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, Assert.Single(receiver.Drain()).DeliveryCount);
    }

    [Fact]
    public async Task A_leased_key_holds_back_its_later_records_from_others_only()
    {
        var harness = Queue();
        var first = await harness.OpenAsync();
        var second = await harness.OpenAsync();
        await harness.SendAsync(Record("k", "k1"));
        var k1 = Assert.Single(first.Drain());
        Assert.Empty(second.Drain());
        await harness.SendAsync(Record("k", "k2"), Record("other", "o1"));
        Assert.Equal(["o1"], second.DrainBodies());

        var k2 = Assert.Single(first.Drain());
        Assert.Equal("k2", k2.Body);
        Assert.Equal(SettleStatus.Applied, first.Settle(k1.Ref));
        first.Receiver.SetFlow(first.Events.Owned[0], open: false);
        await harness.SendAsync(Record("k", "k3"));
        Assert.Empty(second.Drain());
        Assert.Equal(SettleStatus.Applied, first.Settle(k2.Ref));
        Assert.Equal(["k3"], second.DrainBodies());
        await harness.SendAsync(Record("k", "k4"));
        Assert.Equal(["k4"], second.DrainBodies());
    }

    [Fact]
    public async Task What_comes_back_of_a_key_comes_before_its_later_records()
    {
        var harness = Queue();
        var receiver = await harness.OpenAsync();
        await harness.SendAsync(Record("k", "k1"), Record("k", "k2"), Record("k", "k3"));
        var seen = receiver.Receive()!;
        await harness.SendAsync(Record("k", "k4"));
        receiver.Settle(
            new SettleCommand(seen[1].Ref, SettleKind.Release, TimeSpan.Zero),
            new SettleCommand(seen[2].Ref, SettleKind.Release, TimeSpan.Zero),
            new SettleCommand(seen[0].Ref, SettleKind.Release, TimeSpan.FromSeconds(1)));
        Assert.Empty(receiver.Drain());
        harness.Scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["k1", "k2", "k3", "k4"], receiver.DrainBodies());
    }

    [Fact]
    public async Task A_member_that_dies_gives_back_in_order()
    {
        var harness = Queue();
        var first = await harness.OpenAsync();
        await harness.SendAsync([.. Enumerable.Range(0, 10).Select(static i => Record("k", $"{i}"))]);
        var seen = first.Drain();
        first.Settle(seen[0].Ref);
        var second = await harness.OpenAsync();
        Assert.Empty(second.Drain());
        first.Faults.Crash();
        harness.Scheduler.Run();
        Assert.Equal(SettleStatus.LeaseLost, first.Settle(seen[1].Ref));
        Assert.Equal(Enumerable.Range(1, 9).Select(static i => $"{i}"), second.DrainBodies());
    }

    [Fact]
    public async Task A_stolen_queue_gets_a_new_tenure()
    {
        var harness = Queue();
        await harness.SendAsync(Record("k", "1"));
        var receiver = await harness.OpenAsync();
        var first = Assert.Single(receiver.Drain());
        receiver.Faults.Steal(null);
        harness.Scheduler.Run();
        Assert.Same(first.Ref.Owner, Assert.Single(receiver.Events.Gone));
        Assert.True(first.Ref.Owner.IsLost);
        Assert.Equal(SettleStatus.LeaseLost, receiver.Settle(first.Ref));
        var second = Assert.Single(receiver.Drain());
        Assert.NotSame(first.Ref.Owner, second.Ref.Owner);
        Assert.Equal(SettleStatus.Applied, receiver.Settle(second.Ref));
    }

    [Fact]
    public async Task A_browse_sees_what_is_there_deletes_what_it_settles_and_releases_the_rest()
    {
        var harness = Queue();
        await harness.SendAsync(Record(null, "1"), Record(null, "2"), Record(null, "3"));
        var browse = await harness.OpenAsync(Plan(mode: ReceiveMode.Browse));
        await harness.SendAsync(Record(null, "later"));
        var seen = browse.Drain();
        Assert.Equal(["1", "2", "3"], seen.Select(static one => one.Body));
        Assert.Null(browse.Receive());
        Assert.Equal(SettleStatus.Applied, browse.Settle(seen[1].Ref));

        var error = await Assert.ThrowsAnyAsync<Exception>(() => harness.OpenAsync(Plan(mode: ReceiveMode.Browse)));
        Assert.Equal(ErrorKind.Transient, harness.Connection.Classify(error).Kind);
        await browse.DisposeAsync();

        browse = await harness.OpenAsync(Plan(mode: ReceiveMode.Browse));
        Assert.Equal(["1", "3", "later"], browse.DrainBodies().Order());
        await browse.DisposeAsync();
        Assert.Equal(["1", "3", "later"], (await harness.OpenAsync()).DrainBodies().Order());
    }

    [Fact]
    public async Task Each_group_gets_every_record()
    {
        var harness = Queue();
        await harness.SendAsync(Record(null, "1"));
        var first = await harness.OpenAsync(Plan(group: "one"));
        var second = await harness.OpenAsync(Plan(group: "two"));
        first.Settle(Assert.Single(first.Drain()).Ref);
        Assert.Equal(["1"], second.DrainBodies());
    }

    [Fact]
    public async Task An_address_with_partitions_is_not_a_queue()
    {
        var harness = Queue();
        harness.Broker.Create("log", 16);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => harness.OpenAsync(Plan("log")));
        Assert.Equal(ErrorKind.Invalid, harness.Connection.Classify(error).Kind);
    }

    private static InMemoryHarness Queue() => new(new InMemoryOptions { Profile = InMemoryProfile.Queue, Lease = Lease });
}
