using System.Diagnostics;
using EventFabric.Kafka.Tests.Fixtures;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

public sealed class BrokerKillTests
{
    [Fact]
    public async Task A_broker_that_is_killed_and_started_again_costs_no_event_and_no_order()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await KafkaServer.FindAsync(advertised: null, [.. OwnBroker.Settings], cancel);
        Assert.SkipWhen(server is null, KafkaServer.Remedy);
        var (plan, oracle) = (new FaultPlan(server.BootstrapServers), new Oracle());
        await using var publisher = await FaultApp.PublishAsync(plan, cancel);
        await using var consumer = await FaultApp.ConsumeAsync(plan, oracle, cancel);
        using var side = new BrokerSide(plan);
        await using var load = new FaultLoad(publisher.Publisher, oracle);
        await FaultTime.RunAsync(oracle, "before the kill", consumer);

        oracle.Break(await side.CommittedAsync());
        await server.KillAsync();
        var down = Stopwatch.GetTimestamp();
        await server.StartAsync(cancel);
        var started = Stopwatch.GetElapsedTime(down);
        await FaultTime.RunAsync(oracle, "after the restart", consumer);

        await load.StopAsync(FaultTime.Patience);
        await FaultTime.UntilAsync(oracle.IsComplete, "all that was acknowledged", consumer);
        oracle.Judge().Check("broker killed", $"Down {started.TotalSeconds:F1} s.");
    }
}
