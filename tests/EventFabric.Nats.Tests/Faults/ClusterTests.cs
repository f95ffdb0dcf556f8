using System.Diagnostics;
using Xunit;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>Leaders of streams and consumers change, under load: nothing that was acknowledged is lost, and keys keep their order.</summary>
public sealed class ClusterTests(ClusterRun run) : IClassFixture<ClusterRun>
{
    [Fact]
    public async Task Leaders_that_step_down_cost_no_event_and_no_order()
    {
        await using var story = Story();
        await StartAsync(story);

        await story.BreakAsync();
        var leader = await story.Side.LeaderAsync();
        await story.Side.StepDownAsync();
        await story.RunAsync("after the stream's leader stepped down");
        await Task.WhenAll(StreamSide.Consumers.Select(story.Side.StepDownAsync));
        await story.RunAsync("after the consumers' leaders stepped down");
        await story.HealAsync();

        await story.FinishAsync("leaders step down", $"From {leader} to {await story.Side.LeaderAsync()}.");
    }

    [Fact]
    public async Task A_leader_that_is_killed_costs_no_event_and_no_order()
    {
        await using var story = Story();
        await StartAsync(story);

        await story.BreakAsync();
        var leader = await story.Side.LeaderAsync();
        await run.Cluster.Node(leader).KillAsync();
        var down = Stopwatch.GetTimestamp();
        await story.RunAsync("without the leader");
        await story.HealAsync();
        var healed = Stopwatch.GetElapsedTime(down);
        await run.Cluster.Node(leader).StartAsync(FaultStory.Cancel);
        await story.Side.CurrentAsync(ClusterRun.Size);
        await story.RunAsync("with the old leader back");

        await story.FinishAsync("leader killed", $"From {leader} to {await story.Side.LeaderAsync()}, acknowledged again after {healed.TotalSeconds:F1} s.");
    }

    private FaultStory Story() => new(new FaultPlan(run.Cluster.Url).With("Channels:main:Nats:Replicas", $"{ClusterRun.Size}"));

    /// <summary>A member at each server: some lose their connection when one of them is killed, and some do not.</summary>
    private async Task StartAsync(FaultStory story)
    {
        await story.StartAsync([.. run.Cluster.Nodes.Select(static node => node.Url)]);
        await story.Side.CurrentAsync(ClusterRun.Size);
    }
}
