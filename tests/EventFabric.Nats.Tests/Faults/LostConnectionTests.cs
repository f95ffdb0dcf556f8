using System.Globalization;
using System.Text;
using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>What becomes of what was under way when the connection went.</summary>
public sealed class LostConnectionTests
{
    private const int Records = 200;

    [Fact]
    public async Task What_the_client_had_buffered_for_a_lost_connection_is_not_sent_by_the_next_one()
    {
        await using var server = await NatsServer.FindAsync(["max_payload: 1048576"], FaultStory.Cancel);
        await using var proxy = await ToxiproxyServer.FindAsync(FaultStory.Cancel);
        Assert.SkipWhen(server is null || !server.IsOwn, NatsServer.Remedy);
        Assert.SkipWhen(proxy is null, ToxiproxyServer.Remedy);
        var port = ServerProcess.FreePort();
        await proxy.OpenAsync("nats", port, server.Port, FaultStory.Cancel);
        await using var raw = new RawNats(server.Url);
        await using var nats = new NatsHarness(null, ("Url", $"nats://127.0.0.1:{port}"));
        var address = NatsHarness.NewAddress();
        await nats.CreateAsync(NatsHarness.Plan(address));
        await using var sender = await nats.Connection.OpenSenderAsync(NatsHarness.Plan(address, group: null), FaultStory.Cancel);

        // So slow that most of them lie in buffers when the connection goes.
        await proxy.AddAsync("nats", "bandwidth", "rate", 100, FaultStory.Cancel);
        var sending = NatsHarness.SendAsync(sender, [.. Enumerable.Range(0, Records).Select(static i => Record($"{i}"))]);
        await AcceptedAsync(raw, address);
        await proxy.CutAsync("nats", FaultStory.Cancel);
        var outcomes = await sending;
        await proxy.HealAsync(FaultStory.Cancel);
        await StoreAsync(sender, Record("behind"));

        List<string> stored = [.. (await raw.MessagesAsync(address, FaultStory.Cancel)).Select(static message => Encoding.UTF8.GetString(message.Data!).Trim()).Where(static body => body != "behind")];
        Assert.Contains(outcomes, static outcome => outcome.Status is SendStatus.Unknown or SendStatus.NotSent);
        Assert.Equal(Enumerable.Range(0, stored.Count).Select(static i => i.ToString(CultureInfo.InvariantCulture)), stored);
    }

    [Fact]
    public async Task A_settlement_that_waits_for_its_answer_fails_with_the_connection()
    {
        await using var server = await NatsServer.FindAsync(["max_payload: 1048576"], FaultStory.Cancel);
        await using var proxy = await ToxiproxyServer.FindAsync(FaultStory.Cancel);
        Assert.SkipWhen(server is null || !server.IsOwn, NatsServer.Remedy);
        Assert.SkipWhen(proxy is null, ToxiproxyServer.Remedy);
        var port = ServerProcess.FreePort();
        await proxy.OpenAsync("nats", port, server.Port, FaultStory.Cancel);
        await using var nats = new NatsHarness(null, ("Url", $"nats://127.0.0.1:{port}"));
        var plan = NatsHarness.Plan(NatsHarness.NewAddress(), ordering: OrderingMode.None) with { OperationTimeout = TimeSpan.FromMinutes(10) };
        await nats.CreateAsync(plan);
        await nats.SendAsync(plan.Address, Record("0"));
        var receiver = await nats.OpenAsync(plan);
        var taken = Assert.Single(await receiver.TakeAsync(1));

        await proxy.AddAsync("nats", "timeout", "timeout", 0, FaultStory.Cancel);
        var outcomes = new SettleOutcome[1];
        var settling = receiver.Driver.SettleAsync(new[] { new SettleCommand(taken.Ref, SettleKind.Ack, TimeSpan.Zero) }, outcomes, FaultStory.Cancel).AsTask();
        await proxy.CutAsync("nats", FaultStory.Cancel);
        await settling.WaitAsync(Wait.Patience, FaultStory.Cancel);
        Assert.Equal(SettleStatus.Failed, outcomes[0].Status);
        Assert.Equal(ErrorKind.Transient, nats.Connection.Classify(outcomes[0].Error!).Kind);
    }

    private static OutboundRecord Record(string body) => NatsHarness.Record("k", body.PadRight(20_000));

    /// <summary>Waits until the server has some.</summary>
    private static async Task AcceptedAsync(RawNats raw, string address) => await StreamSide.AskAsync(
        async token => (await raw.JetStream.GetStreamAsync(RawNats.StreamOf(address), cancellationToken: token)).Info.State.Messages, static count => count > 2, "some records");

    /// <summary>Sends until there is a connection again.</summary>
    private static async Task StoreAsync(ISender sender, OutboundRecord record) => await StreamSide.AskAsync(
        async _ => (await NatsHarness.SendAsync(sender, record))[0], static outcome => outcome.Status is SendStatus.Accepted or SendStatus.Duplicate, "a connection to send by");
}
