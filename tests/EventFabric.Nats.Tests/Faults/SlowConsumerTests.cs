using EventFabric.Servers;
using Xunit;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>Members that do not keep up, under load: nothing that was acknowledged is lost, and keys keep their order.</summary>
public sealed class SlowConsumerTests
{
    [Fact]
    public async Task A_handler_that_is_slower_than_the_load_gets_what_it_can_take()
    {
        await using var server = await ServerAsync();
        var slow = true;
        await using var story = new FaultStory(new FaultPlan(server.Url))
        {
            Work = cancellationToken => Volatile.Read(ref slow) ? new(Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken)) : default,
        };
        await story.StartAsync();
        await story.BreakAsync();
        await story.RunAsync("with slow handlers");
        await FaultTime.UntilAsync(() => story.Ordered.Behind > 500 && story.Shared.Behind > 500, "a member that is behind", story.Logs);
        Volatile.Write(ref slow, false);
        await story.RunAsync("with quick handlers");
        await story.HealAsync();
        await story.FinishAsync("slow handlers");
    }

    [Fact]
    public async Task A_connection_that_is_slower_than_the_load_loses_nothing()
    {
        await using var server = await ServerAsync();
        await using var proxy = await ToxiproxyServer.FindAsync(FaultStory.Cancel);
        Assert.SkipWhen(proxy is null, ToxiproxyServer.Remedy);
        var port = ServerProcess.FreePort();
        await proxy.OpenAsync("nats", port, server.Port, FaultStory.Cancel);
        // Publishers have no proxy: the load goes on. What waits on the way is not to be taken for a member that is gone.
        var plan = new FaultPlan(server.Url).With("Brokers:main:Nats:Lease", "1m").With("Brokers:main:Nats:SessionTimeout", "1m");
        await using var story = new FaultStory(plan);
        await story.StartAsync($"nats://127.0.0.1:{port}");

        await story.BreakAsync();
        await proxy.AddAsync("nats", "bandwidth", "rate", 50, FaultStory.Cancel);
        await story.RunAsync("at 50 KB/s");
        await FaultTime.UntilAsync(() => story.Ordered.Behind > 500 && story.Shared.Behind > 500, "a member that is behind", story.Logs);
        await proxy.HealAsync(FaultStory.Cancel);
        await story.RunAsync("at full speed");
        await story.HealAsync();

        await story.FinishAsync("slow connection");
    }

    private static async Task<NatsServer> ServerAsync()
    {
        var server = await NatsServer.FindAsync(["max_payload: 1048576"], FaultStory.Cancel);
        Assert.SkipWhen(server is null || !server.IsOwn, NatsServer.Remedy);
        return server;
    }
}
