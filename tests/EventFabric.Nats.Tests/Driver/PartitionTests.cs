using EventFabric.Drivers;
using EventFabric.Nats.Configuration;
using EventFabric.Nats.Tests.Fixtures;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>Members of an ordered group: who has which partition, and what a change of hands brings.</summary>
public sealed class PartitionTests
{
    private readonly string _address = NatsHarness.NewAddress();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ChannelPlan OnePartition => NatsHarness.Plan(_address) with { Settings = NatsChannel.Default with { Partitions = 1 } };

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
        // Whoever goes in peace gives the partition back.
        Assert.DoesNotContain("was held by nobody", nats.Logs.Text, StringComparison.Ordinal);
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

    [Fact]
    public async Task A_consumer_that_was_deleted_while_no_pull_was_open_is_made_again()
    {
        // One record ahead: a pull is for two, and both come.
        var plan = OnePartition with { MaxInFlight = 1 };
        await using var nats = new NatsHarness();
        await using var raw = new RawNats(NatsRun.Current.Server.Url);
        await nats.CreateAsync(plan);
        await nats.SendAsync(_address, NatsHarness.Record("k", "0"), NatsHarness.Record("k", "1"));
        var receiver = await nats.OpenAsync(plan);
        var owner = Assert.Single(await receiver.TakeAsync(1)).Ref.Owner;
        receiver.Driver.SetFlow(owner, false);
        await receiver.TakeAsync(1);
        await raw.JetStream.DeleteConsumerAsync(RawNats.StreamOf(_address), "g=p0", Token);
        receiver.Driver.SetFlow(owner, true);
        Assert.Equal(["0", "1"], (await receiver.TakeAsync(2)).Select(static record => record.Body));
        Assert.Same(owner, Assert.Single(receiver.Events.Gone).Owner);
    }

    [Fact]
    public async Task A_partition_that_is_pinned_to_somebody_who_died_without_a_word_is_freed_although_it_was_ours_already()
    {
        await using var nats = new NatsHarness();
        await using var raw = new RawNats(NatsRun.Current.Server.Url);
        await nats.CreateAsync(OnePartition);
        await using (var maker = await nats.OpenAsync(OnePartition))
            await maker.UntilOwnedAsync(0);

        // It waits for the pin before us, gets it with the first record, and is never heard of again.
        var inbox = $"dying.{Guid.NewGuid():N}";
        await using var dying = await raw.Connection.SubscribeCoreAsync<byte[]>(inbox, cancellationToken: Token);
        await raw.Connection.PublishAsync(
            $"$JS.API.CONSUMER.MSG.NEXT.{RawNats.StreamOf(_address)}.g=p0", "{\"batch\":1,\"expires\":30000000000,\"group\":\"owner\"}", replyTo: inbox, cancellationToken: Token);
        await raw.Connection.PingAsync(Token);
        var receiver = await nats.OpenAsync(OnePartition);
        await receiver.UntilOwnedAsync(0);
        await nats.SendAsync(_address, NatsHarness.Record("k", "0"));
        Assert.Equal("0"u8.ToArray(), (await dying.Msgs.ReadAsync(Token)).Data);
        await dying.DisposeAsync();
        Assert.Equal("0", Assert.Single(await receiver.TakeAsync(1)).Body);
    }

    [Fact]
    public async Task A_receiver_whose_stream_is_gone_ends_and_says_goodbye_to_the_others()
    {
        await using var nats = new NatsHarness();
        await using var raw = new RawNats(NatsRun.Current.Server.Url);
        await nats.CreateAsync(NatsHarness.Plan(_address));
        await using var words = await raw.Connection.SubscribeCoreAsync<string>($"_EVENTFABRIC.members.{RawNats.StreamOf(_address)}.g", cancellationToken: Token);
        await raw.Connection.PingAsync(Token);
        await nats.SendAsync(_address, [.. Enumerable.Range(0, 40).Select(static i => NatsHarness.Record($"k{i}", $"{i}"))]);
        var receiver = await nats.OpenAsync(NatsHarness.Plan(_address));
        await receiver.TakeAsync(40);
        var pending = receiver.NextAsync(1);
        await raw.JetStream.DeleteStreamAsync(RawNats.StreamOf(_address), Token);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => pending.WaitAsync(Wait.Patience));
        Assert.True(nats.Connection.Classify(error).Kind == ErrorKind.NotFound, $"{error}");
        await receiver.DisposeAsync();
        string? word;
        do
            word = (await words.Msgs.ReadAsync(Token).AsTask().WaitAsync(Wait.Patience)).Data;
        while (!word!.StartsWith('-'));
    }

    private static string Owned(params TestReceiver[] receivers) => string.Join(" and ", receivers.Select(static receiver => string.Join(',', receiver.Events.Partitions)));
}
