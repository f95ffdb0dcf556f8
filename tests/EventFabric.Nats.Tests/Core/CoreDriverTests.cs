using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Nats.Tests.Core;

/// <summary>NATS without streams at the driver's interface.</summary>
public sealed class CoreDriverTests
{
    private readonly string _address = NatsHarness.NewAddress();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_group_gets_every_event_and_one_member_of_it()
    {
        await using var nats = Core();
        var (first, second, other) = (await nats.OpenAsync(Plan("g")), await nats.OpenAsync(Plan("g")), await nats.OpenAsync(Plan("h")));
        var seen = new List<string?>();
        var members = Task.WhenAll(TakeAsync(first), TakeAsync(second));
        var outcomes = await nats.SendAsync(_address, [.. Enumerable.Range(0, 40).Select(static i => NatsHarness.Record($"k{i}", $"{i}"))]);
        Assert.All(outcomes, static outcome => Assert.Equal((SendStatus.Accepted, null), (outcome.Status, outcome.Error)));
        Assert.Equal(Bodies(40), (await other.TakeAsync(40)).Select(static record => record.Body));
        await Wait.UntilAsync(() => Count() == 40, () => $"{Count()} of 40 events");
        await first.Driver.StopAsync(Token);
        await second.Driver.StopAsync(Token);
        await members;
        Assert.Equal(Bodies(40).Order(), seen.Order());

        int Count()
        {
            lock (seen)
                return seen.Count;
        }

        async Task TakeAsync(TestReceiver member)
        {
            while (await member.Driver.ReceiveAsync(64) is { } batch)
            {
                lock (seen)
                {
                    foreach (ref readonly var record in batch.Records)
                        seen.Add(Received.Of(in record).Body);
                }

                batch.Recycle();
            }
        }
    }

    [Fact]
    public async Task Key_headers_and_the_absence_of_a_body_arrive()
    {
        await using var nats = Core();
        var receiver = await nats.OpenAsync(Plan("g"));
        await nats.SendAsync(_address, NatsHarness.Record("kéy", "body", ("ce-type", "t"), ("note", "a\nb")), NatsHarness.Record(null, null));
        var taken = await receiver.TakeAsync(2);
        Assert.Equal(("kéy", "body"), (taken[0].Key, taken[0].Body));
        Assert.Contains(("ce-type", "t"), taken[0].Headers);
        Assert.Contains(("note", "a\nb"), taken[0].Headers);
        Assert.Equal((null, null), (taken[1].Key, taken[1].Body));
        Assert.Equal(SettleStatus.Applied, (await receiver.SettleAsync(taken[0].Ref)).Status);
    }

    [Fact]
    public async Task A_message_of_somebody_else_arrives_and_ours_is_read_by_a_plain_subscriber()
    {
        await using var nats = Core();
        await using var raw = new RawNats(NatsRun.Current.Server.Url);
        var receiver = await nats.OpenAsync(Plan("g"));
        await raw.Connection.PublishAsync(_address, "hello"u8.ToArray(), cancellationToken: Token);
        Assert.Equal("hello", Assert.Single(await receiver.TakeAsync(1)).Body);

        await using var subscription = await raw.Connection.SubscribeCoreAsync<byte[]>(_address, cancellationToken: Token);
        await raw.Connection.PingAsync(Token);
        await nats.SendAsync(_address, NatsHarness.Record("k", "ours", ("ce-type", "t")));
        var message = await subscription.Msgs.ReadAsync(Token).AsTask().WaitAsync(Wait.Patience, Token);
        Assert.Equal("ours", System.Text.Encoding.UTF8.GetString(message.Data!));
        Assert.Equal(("t", "k"), ($"{message.Headers!["ce-type"]}", $"{message.Headers["ce-partitionkey"]}"));
    }

    [Fact]
    public async Task What_there_is_no_room_for_is_dropped_and_counted_aloud()
    {
        await using var nats = Core();
        var receiver = await nats.OpenAsync(Plan("g") with { MaxInFlight = 10 });
        await nats.SendAsync(_address, [.. Enumerable.Range(0, 50).Select(static i => NatsHarness.Record(null, $"{i}"))]);
        await Wait.UntilAsync(() => nats.Logs.Has("there was no room for"), () => nats.Logs.Text);
        Assert.Equal(Bodies(10), (await receiver.TakeAsync(10)).Select(static record => record.Body));
        await nats.SendAsync(_address, NatsHarness.Record(null, "after"));
        Assert.Equal("after", Assert.Single(await receiver.TakeAsync(1)).Body);
        await receiver.Driver.StopAsync(Token);
        Assert.Matches(": 1 events came[^~]*: 39 events came", nats.Logs.Text);
    }

    [Fact]
    public async Task A_record_that_is_too_large_is_rejected_alone()
    {
        await using var nats = Core();
        var receiver = await nats.OpenAsync(Plan("g"));
        var outcomes = await nats.SendAsync(_address, NatsHarness.Record("a", "1"), NatsHarness.Record("b", new string('x', 1_100_000)), NatsHarness.Record("c", "2"));
        Assert.Equal([SendStatus.Accepted, SendStatus.Rejected, SendStatus.Accepted], outcomes.Select(static outcome => outcome.Status));
        Assert.Equal(ErrorKind.TooLarge, nats.Connection.Classify(outcomes[1].Error!).Kind);
        Assert.Equal(["1", "2"], (await receiver.TakeAsync(2)).Select(static record => record.Body));
    }

    [Fact]
    public async Task A_subject_that_the_user_may_not_publish_to_is_unauthorized()
    {
        await using var server = await OwnAsync("authorization { users = [ { user: app, password: \"correct-horse\", permissions: { publish: [\"allowed\"], subscribe: [\">\"] } } ] }");
        await using var nats = Core(("Url", server.Url), ("Username", "app"), ("Password", "correct-horse"));
        Assert.Equal(SendStatus.Accepted, (await nats.SendAsync("allowed", NatsHarness.Record(null, "1")))[0].Status);
        await using var sender = await nats.Connection.OpenSenderAsync(Plan(null) with { Address = "forbidden" }, Token);
        // The client tells of a refusal on a thread of its own, so that the first may come too late.
        var refused = default(SendOutcome);
        for (var began = DateTime.UtcNow; refused.Status != SendStatus.Rejected; refused = (await NatsHarness.SendAsync(sender, NatsHarness.Record(null, "1")))[0])
            Assert.True(DateTime.UtcNow - began < Wait.Patience, "The refusal was never told.");
        Assert.Equal(ErrorKind.Unauthorized, nats.Connection.Classify(refused.Error!).Kind);
    }

    [Fact]
    public async Task A_server_that_comes_back_is_used_again_by_both_sides()
    {
        await using var server = await OwnAsync("max_payload: 1048576");
        await using var nats = Core(("Url", server.Url));
        var receiver = await nats.OpenAsync(Plan("g"));
        await using var sender = await nats.Connection.OpenSenderAsync(Plan(null), Token);
        await server.KillAsync();
        await Wait.UntilAsync(() => receiver.Events.States.Contains(ChannelState.Degraded), () => string.Join(',', receiver.Events.States));
        Assert.Equal(SendStatus.NotSent, (await NatsHarness.SendAsync(sender, NatsHarness.Record(null, "lost")))[0].Status);
        await server.StartAsync(Token);
        var pending = receiver.BeginAsync(64);
        for (var began = DateTime.UtcNow; !pending.IsCompleted; await Task.WhenAny(pending, Task.Delay(20, Token)))
        {
            Assert.True(DateTime.UtcNow - began < Wait.Patience, "Nothing came after the server was back.");
            await NatsHarness.SendAsync(sender, NatsHarness.Record(null, "again"));
        }

        Assert.Equal("again", (await receiver.TakeAsync(1))[0].Body);
    }

    [Fact]
    public async Task Nothing_is_made_at_the_server_and_nothing_can_be_browsed()
    {
        await using var nats = Core();
        Assert.Empty(await nats.Topology.InspectAsync([Plan("g")], Token));
        var error = await Assert.ThrowsAsync<NotSupportedException>(async () => await nats.Connection.OpenReceiverAsync(Plan(null) with { Mode = ReceiveMode.Browse }, new RecordingEvents(), Token));
        Assert.Equal($"What was published to \"{_address}\" cannot be read again: with Mode Core it is kept nowhere.", error.Message);
    }

    private static NatsHarness Core(params (string, string)[] settings) => new(null, [("Mode", "Core"), .. settings]);

    private static IEnumerable<string> Bodies(int count) => Enumerable.Range(0, count).Select(static i => $"{i}");

    private static async Task<NatsServer> OwnAsync(string line)
    {
        var server = await NatsServer.FindAsync([line], Token);
        Assert.SkipWhen(server is null || !server.IsOwn, NatsServer.Remedy);
        return server;
    }

    private ChannelPlan Plan(string? group) => NatsHarness.Plan(_address, group, StartPosition.Latest, OrderingMode.None);
}
