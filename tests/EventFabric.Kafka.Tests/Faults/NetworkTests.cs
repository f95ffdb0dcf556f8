using System.Diagnostics;
using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

public sealed class NetworkTests(ProxiedBroker broker) : IClassFixture<ProxiedBroker>
{
    [Fact]
    public async Task A_network_that_is_cut_costs_no_event_and_no_order()
    {
        await using var story = new FaultStory(new FaultPlan(broker.Bootstrap));
        await story.StartAsync();

        await story.BreakAsync();
        await broker.CutAsync();
        await Task.Delay(FaultTime.Phase, FaultStory.Cancel);
        await broker.HealAsync();
        var healed = Stopwatch.GetTimestamp();
        await story.RunAsync("after the cut");
        await story.HealAsync();

        await story.FinishAsync("network cut", $"Cut for {FaultTime.Phase.TotalSeconds} s, all there {Stopwatch.GetElapsedTime(healed).TotalSeconds:F1} s later.");
    }

    [Fact]
    public async Task A_member_that_is_cut_off_for_longer_than_its_session_loses_nothing()
    {
        await using var story = new FaultStory(new FaultPlan(broker.Bootstrap));
        await story.StartAsync();

        await story.BreakAsync();
        await broker.AddAsync("timeout", "timeout", 0);
        await Task.Delay(TimeSpan.FromSeconds(7), FaultStory.Cancel);
        await broker.HealAsync();
        await story.RunAsync("after the silence");
        await story.HealAsync();

        await story.FinishAsync("network silent");
    }

    [Fact]
    public async Task A_network_that_trickles_costs_no_event_and_no_order()
    {
        await using var story = new FaultStory(new FaultPlan(broker.Bootstrap));
        await story.StartAsync();

        await story.BreakAsync();
        await broker.AddAsync("bandwidth", "rate", 20);
        await story.RunAsync("at 20 KB/s");
        await broker.HealAsync();
        await story.RunAsync("after the trickle");
        await story.HealAsync();

        await story.FinishAsync("network trickles");
    }

    [Fact]
    public async Task A_slow_broker_costs_no_event_and_no_order()
    {
        await using var story = new FaultStory(new FaultPlan(broker.Bootstrap));
        await story.StartAsync();

        await story.BreakAsync();
        await broker.AddAsync("latency", "latency", 300);
        await story.RunAsync("at 600 ms a round trip");
        await broker.HealAsync();
        await story.RunAsync("after the latency");
        await story.HealAsync();

        await story.FinishAsync("slow broker");
    }
}
