using EventFabric.Servers;
using Xunit;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>Faults of a real server and of the network to it, under load: nothing that was acknowledged is lost, and keys keep their order.</summary>
public sealed class FaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_has_lost_nothing()
    {
        await using var server = await ServerAsync();
        await using var load = new FaultLoad(server.Url);
        await load.StartAsync(members: 2);
        await load.MoreAsync(500);
        await server.KillAsync();
        await server.StartAsync(Token);
        await load.MoreAsync(500);
        await server.KillAsync();
        await server.StartAsync(Token);
        await load.MoreAsync(500);
        await load.AssertKeptAsync("server killed twice");
    }

    [Fact]
    public async Task Members_that_come_and_go_keep_the_order()
    {
        await using var server = await ServerAsync();
        await using var load = new FaultLoad(server.Url);
        await load.StartAsync(members: 1);
        for (var round = 0; round < 2; round++)
        {
            await load.MoreAsync(300);
            var member = await load.StartMemberAsync();
            await load.MoreAsync(600);
            await member.StopAsync(Token);
        }

        await load.MoreAsync(300);
        await load.AssertKeptAsync("members come and go");
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("trickle")]
    [InlineData("silence")]
    public async Task A_network_that_fails_for_a_while_loses_nothing(string fault)
    {
        await using var server = await ServerAsync();
        await using var proxy = await ToxiproxyServer.FindAsync(Token);
        Assert.SkipWhen(proxy is null, ToxiproxyServer.Remedy);
        var port = ServerProcess.FreePort();
        await proxy.OpenAsync("nats", port, server.Port, Token);
        await using var load = new FaultLoad($"nats://127.0.0.1:{port}");
        await load.StartAsync(members: 2);
        await load.MoreAsync(300);
        if (fault == "cut")
            await proxy.CutAsync("nats", Token);
        else if (fault == "trickle")
            await proxy.AddAsync("nats", "bandwidth", "rate", 20, Token);
        else
            await proxy.AddAsync("nats", "timeout", "timeout", 0, Token);
        // A fault lasts as long as a fault does.
        await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, Token);
        await proxy.HealAsync(Token);
        await load.MoreAsync(500);
        await load.AssertKeptAsync($"network {fault}");
    }

    private static async Task<NatsServer> ServerAsync()
    {
        // A line of configuration of its own: one that may be killed.
        var server = await NatsServer.FindAsync(["max_payload: 1048576"], Token);
        Assert.SkipWhen(server is null || !server.IsOwn, NatsServer.Remedy);
        return server;
    }
}
