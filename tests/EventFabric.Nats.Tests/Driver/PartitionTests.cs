using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>Members of an ordered group: who has which partition, and what a change of hands brings.</summary>
public sealed class PartitionTests
{
    private readonly string _address = NatsHarness.NewAddress();

    [Fact]
    public async Task Two_members_share_evenly_and_one_that_leaves_gives_its_part_to_the_other()
    {
        await using var nats = new NatsHarness();
        await using var other = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        var first = await nats.OpenAsync(NatsHarness.Plan(_address));
        await first.UntilOwnedAsync(0, 1, 2, 3);
        var second = await other.OpenAsync(NatsHarness.Plan(_address));
        await Wait.UntilAsync(() => first.Events.Partitions.Count == 2 && second.Events.Partitions.Count == 2, () => Owned(first, second));
        Assert.Equal([0, 1, 2, 3], first.Events.Partitions.Concat(second.Events.Partitions).Order());
        Assert.Equal(2, first.Events.Asked.Count);
        await second.DisposeAsync();
        await first.UntilOwnedAsync(0, 1, 2, 3);
    }

    [Fact]
    public async Task What_a_member_had_and_did_not_settle_comes_to_the_next_one_in_order_and_what_it_settled_does_not()
    {
        await using var nats = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        await nats.SendAsync(_address, [.. Enumerable.Range(0, 40).Select(static i => NatsHarness.Record("k", $"{i}"))]);
        var first = await nats.OpenAsync(NatsHarness.Plan(_address));
        var taken = await first.TakeAsync(30);
        Assert.Equal(SettleStatus.Applied, (await first.SettleAsync(taken[9].Ref)).Status);
        await first.DisposeAsync();
        Assert.Equal(SettleStatus.LeaseLost, (await first.SettleAsync(taken[20].Ref)).Status);

        var second = await nats.OpenAsync(NatsHarness.Plan(_address));
        Assert.Equal(Enumerable.Range(10, 30).Select(static i => $"{i}"), (await second.TakeAsync(30)).Select(static record => record.Body));
    }

    [Fact]
    public async Task A_member_that_dies_is_replaced_and_its_records_come_again_in_order()
    {
        await using var nats = new NatsHarness();
        var dying = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        await nats.SendAsync(_address, [.. Enumerable.Range(0, 80).Select(static i => NatsHarness.Record($"k{i % 8}", $"{i}"))]);
        var dead = await dying.OpenAsync(NatsHarness.Plan(_address));
        var seen = await dead.TakeAsync(40);
        // The connection goes without a word to the others.
        await dying.Connection.DisposeAsync();
        var heir = await nats.OpenAsync(NatsHarness.Plan(_address));
        var taken = await heir.TakeAsync(80);
        Assert.Equal(40, seen.Count);
        foreach (var key in taken.GroupBy(static record => record.Key))
            Assert.Equal(key.Select(static record => int.Parse(record.Body!, null)).Order(), key.Select(static record => int.Parse(record.Body!, null)));
        Assert.Equal(80, taken.Select(static record => record.Body).Distinct().Count());
    }

    [Fact]
    public async Task A_partition_that_is_taken_from_under_its_owner_is_lost_and_taken_back_without_a_gap()
    {
        await using var nats = new NatsHarness();
        await using var raw = new RawNats(NatsRun.Current.Server.Url);
        await nats.CreateAsync(NatsHarness.Plan(_address));
        var receiver = await nats.OpenAsync(NatsHarness.Plan(_address));
        await nats.SendAsync(_address, [.. Enumerable.Range(0, 10).Select(static i => NatsHarness.Record("k", $"{i}"))]);
        var taken = await receiver.TakeAsync(10);
        await receiver.SettleAsync(taken[3].Ref);
        var pending = receiver.NextAsync(64);
        await raw.JetStream.ResetConsumerAsync(RawNats.StreamOf(_address), $"g=p{taken[0].Partition}", 0, TestContext.Current.CancellationToken);
        var again = new List<string?>();
        while (!again.Contains("9"))
        {
            var batch = await pending.WaitAsync(Wait.Patience);
            foreach (ref readonly var record in batch!.Records)
                again.Add(Received.Of(in record).Body);
            batch.Recycle();
            pending = receiver.NextAsync(64);
        }

        Assert.Equal(Enumerable.Range(4, 6).Select(static i => $"{i}"), again);
        Assert.Single(receiver.Events.Gone);
    }

    [Fact]
    public async Task Lag_is_what_is_not_acknowledged()
    {
        await using var nats = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        await nats.SendAsync(_address, [.. Enumerable.Range(0, 10).Select(static i => NatsHarness.Record("k", $"{i}"))]);
        var receiver = await nats.OpenAsync(NatsHarness.Plan(_address));
        var taken = await receiver.TakeAsync(10);
        await receiver.SettleAsync(taken[5].Ref);
        await receiver.UntilOwnedAsync(0, 1, 2, 3);
        var lag = new List<PartitionLag>();
        await ((ILagReader)receiver.Driver).ReadLagAsync(lag, TestContext.Current.CancellationToken);
        Assert.Equal(4, lag.Sum(static part => part.Records));
    }

    private static string Owned(params TestReceiver[] receivers) => string.Join(" and ", receivers.Select(static receiver => string.Join(',', receiver.Events.Partitions)));
}
