using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>Members that share a consumer: leases, and what becomes of each record.</summary>
public sealed class SharedTests : IAsyncDisposable
{
    private readonly string _address = NatsHarness.NewAddress();
    private readonly RawNats _raw = new(NatsRun.Current.Server.Url);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // So few that a member fetches nothing ahead, which would be its own record once more.
    private ChannelPlan Plan => NatsHarness.Plan(_address, ordering: OrderingMode.None) with { MaxInFlight = 8 };

    [Fact]
    public async Task Each_record_is_settled_by_itself_and_the_server_agrees()
    {
        await using var nats = await OpenAsync(3);
        var receiver = await nats.OpenAsync(Plan);
        var taken = await receiver.TakeAsync(3);
        Assert.Equal(SettleStatus.Applied, (await receiver.SettleAsync(taken[1].Ref)).Status);
        Assert.Equal(SettleStatus.Applied, (await receiver.SettleAsync(taken[2].Ref, SettleKind.Discard)).Status);
        Assert.Equal(1, (await InfoAsync()).NumAckPending);
        Assert.Equal(SettleStatus.Applied, (await receiver.SettleAsync(taken[0].Ref, SettleKind.Release)).Status);
        var again = Assert.Single(await receiver.TakeAsync(1));
        Assert.Equal(taken[0].Body, again.Body);
        Assert.Equal(taken[0].Ref.Position, again.Ref.Position);
    }

    [Fact]
    public async Task A_record_whose_lease_has_ended_is_settled_no_more_and_goes_to_another()
    {
        await using var nats = await OpenAsync(1, ("Lease", "1s"));
        var first = await nats.OpenAsync(Plan);
        var taken = Assert.Single(await first.TakeAsync(1));
        var second = await nats.OpenAsync(Plan);
        var again = Assert.Single(await second.TakeAsync(1));
        Assert.Equal(taken.Body, again.Body);
        Assert.Equal(SettleStatus.LeaseLost, (await first.SettleAsync(taken.Ref)).Status);
        Assert.Equal(1, (await InfoAsync()).NumAckPending);
        Assert.Equal(SettleStatus.Applied, (await second.SettleAsync(again.Ref)).Status);
    }

    [Fact]
    public async Task A_lease_that_is_extended_does_not_end()
    {
        await using var nats = await OpenAsync(1, ("Lease", "1s"));
        var first = await nats.OpenAsync(Plan);
        var second = await nats.OpenAsync(Plan);
        var taken = Assert.Single(await first.TakeAsync(1));
        var pending = second.NextAsync(1);
        var outcomes = new SettleOutcome[1];
        for (var began = DateTime.UtcNow; DateTime.UtcNow - began < TimeSpan.FromSeconds(3);)
        {
            await ((ILeaseExtender)first.Driver).ExtendAsync(new[] { taken.Ref }, TimeSpan.FromSeconds(1), outcomes, Token);
            Assert.Equal(SettleStatus.Applied, outcomes[0].Status);
        }

        Assert.False(pending.IsCompleted);
        Assert.Equal(SettleStatus.Applied, (await first.SettleAsync(taken.Ref)).Status);
    }

    [Fact]
    public async Task What_was_fetched_and_not_handed_over_is_given_back_at_a_stop()
    {
        await using var nats = await OpenAsync(40, ("Lease", "5m"));
        var first = await nats.OpenAsync(Plan with { MaxInFlight = 64 });
        var taken = await first.TakeAsync(1);
        // As many as one member fetches ahead; what it is told then comes behind them.
        var fetched = 0L;
        for (var end = DateTime.UtcNow + Wait.Patience; fetched < 33; fetched = (await InfoAsync()).NumAckPending)
            Assert.True(DateTime.UtcNow < end, $"{fetched} fetched");
        await ((ILagReader)first.Driver).ReadLagAsync([], Token);
        await first.Driver.StopAsync(Token);
        var second = await nats.OpenAsync(Plan);
        Assert.Equal(39, (await second.TakeAsync(39)).Select(static record => record.Body).Distinct().Count());
        Assert.Equal(SettleStatus.Applied, (await first.SettleAsync(taken[0].Ref)).Status);
    }

    [Fact]
    public async Task What_is_on_the_way_at_a_stop_is_given_back_and_waits_for_no_lease()
    {
        // Longer than a test waits.
        await using var nats = await OpenAsync(0, ("Lease", "2m"));
        await using var sender = await nats.Connection.OpenSenderAsync(Plan, Token);
        for (var round = 0; round < 10; round++)
        {
            var plan = Plan with { Group = $"g{round}", MaxInFlight = 1024, Start = StartPosition.Latest };
            var first = await nats.OpenAsync(plan);
            var pending = first.NextAsync(1024);
            var sending = NatsHarness.SendAsync(sender, [.. Enumerable.Range(0, 400).Select(static i => NatsHarness.Record(null, $"{i}"))]);
            var handed = (await pending)!.Records.Length;
            await first.Driver.StopAsync(Token);
            await sending;
            var second = await nats.OpenAsync(plan);
            Assert.Equal(400 - handed, (await second.TakeAsync(400 - handed)).Select(static record => record.Body).Distinct().Count());
        }
    }

    [Fact]
    public async Task A_consumer_that_is_deleted_under_way_ends_the_receiver()
    {
        await using var nats = await OpenAsync(1);
        var receiver = await nats.OpenAsync(Plan);
        await receiver.TakeAsync(1);
        var pending = receiver.NextAsync(1);
        await _raw.JetStream.DeleteConsumerAsync(RawNats.StreamOf(_address), "g", Token);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => pending.WaitAsync(Wait.Patience));
        Assert.Equal(ErrorKind.NotFound, nats.Connection.Classify(error).Kind);
    }

    [Fact]
    public async Task Each_record_has_its_word_and_the_last_one_asks_for_an_answer()
    {
        await using var nats = await OpenAsync(5);
        var receiver = await nats.OpenAsync(Plan);
        var taken = await receiver.TakeAsync(5);
        await using var words = await _raw.Connection.SubscribeCoreAsync<string>($"$JS.ACK.{RawNats.StreamOf(_address)}.g.>", cancellationToken: Token);
        await _raw.Connection.PingAsync(Token);
        SettleCommand[] commands =
        [
            new(taken[0].Ref, SettleKind.Ack, default),
            new(taken[1].Ref, SettleKind.Discard, default, "two\r\nlines"),
            new(taken[2].Ref, SettleKind.Release, TimeSpan.FromSeconds(90)),
            new(taken[3].Ref, SettleKind.Release, TimeSpan.Zero),
            new(taken[4].Ref, SettleKind.Ack, default),
        ];
        await receiver.Driver.SettleAsync(commands, new SettleOutcome[5], Token);
        await ((ILeaseExtender)receiver.Driver).ExtendAsync(new[] { taken[4].Ref }, TimeSpan.FromSeconds(1), new SettleOutcome[1], Token);
        var seen = new List<(string?, bool)>();
        while (seen.Count < 6)
        {
            var word = await words.Msgs.ReadAsync(Token).AsTask().WaitAsync(Wait.Patience, Token);
            seen.Add((word.Data, word.ReplyTo is not null));
        }

        Assert.Equal([("+ACK", false), ("+TERM two lines", false), ("-NAK {\"delay\":90000000000}", false), ("-NAK", false), ("+ACK", true), ("+WPI", true)], seen);
    }

    [Fact]
    public async Task What_waits_for_room_is_extended_meanwhile()
    {
        await using var nats = await OpenAsync(20, ("Lease", "4s"));
        var receiver = await nats.OpenAsync(Plan with { MaxInFlight = 64 });
        await using var words = await _raw.Connection.SubscribeCoreAsync<string>($"$JS.ACK.{RawNats.StreamOf(_address)}.g.>", cancellationToken: Token);
        await _raw.Connection.PingAsync(Token);
        // Nobody asks for the others.
        await receiver.TakeAsync(1);
        for (var word = 0; word < 19; word++)
            Assert.Equal("+WPI", (await words.Msgs.ReadAsync(Token).AsTask().WaitAsync(Wait.Patience, Token)).Data);
    }

    [Fact]
    public async Task A_member_that_had_no_pull_open_when_the_group_was_moved_finds_out_with_its_next_one()
    {
        await using var nats = await OpenAsync(4);
        var first = await nats.OpenAsync(Plan);
        var second = await nats.OpenAsync(Plan);
        await ((ISeekable)first.Driver).SeekAsync(StartPosition.Earliest, Token);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => second.NextAsync(1).WaitAsync(Wait.Patience));
        Assert.True(nats.Connection.Classify(error).Kind == ErrorKind.NotFound, $"{error}");
    }

    [Fact]
    public async Task A_member_that_wants_nothing_keeps_nothing_and_goes_on_later()
    {
        var plan = Plan with { MaxInFlight = 64 };
        await using var nats = await OpenAsync(1);
        var first = await nats.OpenAsync(plan);
        var owner = Assert.Single(await first.TakeAsync(1)).Ref.Owner;
        first.Driver.SetFlow(owner, false);
        var second = await nats.OpenAsync(plan);
        await nats.SendAsync(_address, [.. Enumerable.Range(1, 20).Select(static i => NatsHarness.Record($"k{i}", $"{i}"))]);
        var taken = await second.TakeAsync(20);
        Assert.Equal(20, taken.Select(static record => record.Body).Distinct().Count());
        foreach (var record in taken)
            Assert.Equal(SettleStatus.Applied, (await second.SettleAsync(record.Ref)).Status);

        second.Driver.SetFlow(taken[0].Ref.Owner, false);
        first.Driver.SetFlow(owner, true);
        await nats.SendAsync(_address, NatsHarness.Record("k", "last"));
        var last = Assert.Single(await first.TakeAsync(1));
        Assert.Equal(("last", owner), (last.Body, last.Ref.Owner));
    }

    [Fact]
    public async Task An_extension_is_confirmed_also_where_the_last_record_is_not_ours_any_more()
    {
        await using var nats = await OpenAsync(2, ("Lease", "1s"));
        var first = await nats.OpenAsync(Plan);
        var taken = await first.TakeAsync(2);
        Assert.Equal(SettleStatus.Applied, (await first.SettleAsync(taken[1].Ref)).Status);
        var outcomes = new SettleOutcome[2];
        // The second one's lease ends; the first one's is kept.
        var end = DateTime.UtcNow + Wait.Patience;
        for (var isOver = false; !isOver; isOver = outcomes[1].Status == SettleStatus.LeaseLost)
        {
            Assert.True(DateTime.UtcNow < end, "The lease does not end.");
            await ((ILeaseExtender)first.Driver).ExtendAsync(new[] { taken[0].Ref }, TimeSpan.FromSeconds(1), outcomes.AsMemory(0, 1), Token);
            Assert.Equal(SettleStatus.Applied, outcomes[0].Status);
            await first.Driver.SettleAsync(new[] { new SettleCommand(taken[1].Ref, SettleKind.Ack, default) }, outcomes.AsMemory(1, 1), Token);
        }

        // Without a connection an extension that nobody confirms must not pass for one.
        await nats.Connection.DisposeAsync();
        await ((ILeaseExtender)first.Driver).ExtendAsync(new[] { taken[0].Ref, taken[1].Ref }, TimeSpan.FromSeconds(1), outcomes, Token);
        Assert.Equal([SettleStatus.Failed, SettleStatus.LeaseLost], outcomes.Select(static outcome => outcome.Status));
    }

    public ValueTask DisposeAsync() => _raw.DisposeAsync();

    private async Task<ConsumerInfo> InfoAsync() => (await _raw.JetStream.GetConsumerAsync(RawNats.StreamOf(_address), "g", Token)).Info;

    private async Task<NatsHarness> OpenAsync(int records, params (string, string)[] settings)
    {
        var nats = new NatsHarness(null, settings);
        await nats.CreateAsync(Plan);
        await nats.SendAsync(_address, [.. Enumerable.Range(0, records).Select(static i => NatsHarness.Record($"k{i}", $"{i}"))]);
        return nats;
    }
}
