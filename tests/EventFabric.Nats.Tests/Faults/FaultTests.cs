using EventFabric.Servers;
using Xunit;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>Faults of a real server and of the network to it, under load: nothing that was acknowledged is lost, and keys keep their order.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_has_lost_nothing()
    {
        await using var server = await ServerAsync();
        await using var story = new FaultStory(new FaultPlan(server.Url));
        await story.StartAsync(server.Url, server.Url);
        for (var round = 0; round < 2; round++)
        {
            await story.BreakAsync(forgets: true);
            await server.KillAsync();
            await server.StartAsync(FaultStory.Cancel);
            await story.RunAsync("after the restart");
            await story.HealAsync();
        }

        await story.FinishAsync("server killed twice");
    }

    [Fact]
    public async Task Members_that_come_and_go_keep_the_order()
    {
        await using var server = await ServerAsync();
        await using var story = new FaultStory(new FaultPlan(server.Url));
        await story.StartAsync();
        for (var round = 0; round < 2; round++)
        {
            await story.BreakAsync();
            var member = await story.JoinAsync();
            await story.RunAsync("with one more");
            await member.StopAsync(FaultStory.Cancel);
            await story.RunAsync("with one less");
            await story.HealAsync();
        }

        await story.FinishAsync("members come and go");
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("trickle")]
    [InlineData("silence")]
    public async Task A_network_that_fails_for_a_while_loses_nothing(string fault)
    {
        await using var server = await ServerAsync();
        await using var proxy = await ToxiproxyServer.FindAsync(FaultStory.Cancel);
        Assert.SkipWhen(proxy is null, ToxiproxyServer.Remedy);
        var port = ServerProcess.FreePort();
        await proxy.OpenAsync("nats", port, server.Port, FaultStory.Cancel);
        var url = $"nats://127.0.0.1:{port}";
        await using var story = new FaultStory(new FaultPlan(server.Url), publishesTo: url);
        await story.StartAsync(url, url);
        await story.BreakAsync();
        if (fault == "cut")
            await proxy.CutAsync("nats", FaultStory.Cancel);
        else if (fault == "trickle")
            await proxy.AddAsync("nats", "bandwidth", "rate", 20, FaultStory.Cancel);
        else
            await proxy.AddAsync("nats", "timeout", "timeout", 0, FaultStory.Cancel);
        // A fault lasts as long as a fault does.
        await Task.Delay(FaultTime.Phase, TimeProvider.System, FaultStory.Cancel);
        await proxy.HealAsync(FaultStory.Cancel);
        await story.RunAsync("after the fault");
        await story.HealAsync();
        await story.FinishAsync($"network {fault}");
    }

    private static async Task<NatsServer> ServerAsync()
    {
        // A line of configuration of its own: one that may be killed.
        var server = await NatsServer.FindAsync(["max_payload: 1048576"], FaultStory.Cancel);
        Assert.SkipWhen(server is null || !server.IsOwn, NatsServer.Remedy);
        return server;
    }
}
