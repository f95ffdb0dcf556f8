using System.Diagnostics;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

public sealed class BrokerKillTests
{
    [Fact]
    public async Task A_broker_that_is_killed_and_started_again_costs_no_event_and_no_order()
    {
        await using var server = await KafkaServer.FindAsync(advertised: null, OwnBroker.Settings, FaultStory.Cancel);
        Assert.SkipWhen(server is null, KafkaServer.Remedy);
        await using var story = new FaultStory(new FaultPlan(server.BootstrapServers));
        await story.StartAsync();

        await story.BreakAsync();
        await server.KillAsync();
        var down = Stopwatch.GetTimestamp();
        await server.StartAsync(FaultStory.Cancel);
        var started = Stopwatch.GetElapsedTime(down);
        await story.RunAsync("after the restart");
        await story.HealAsync();

        await story.FinishAsync("broker killed", $"Down {started.TotalSeconds:F1} s, running again after {Stopwatch.GetElapsedTime(down).TotalSeconds:F1} s.");
    }
}
