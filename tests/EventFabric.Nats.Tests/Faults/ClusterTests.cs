using System.Diagnostics;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>Leaders of streams and consumers change, under load: nothing that was acknowledged is lost, and keys keep their order.</summary>
public sealed class ClusterTests
{
    private const int Size = 3;

    [Fact]
    public async Task Leaders_that_step_down_cost_no_event_and_no_order()
    {
        await using var cluster = await ClusterAsync();
        await using var story = await StartAsync(cluster);

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
        await using var cluster = await ClusterAsync();
        await using var story = await StartAsync(cluster);

        await story.BreakAsync();
        var leader = await story.Side.LeaderAsync();
        await cluster.Node(leader).KillAsync();
        var down = Stopwatch.GetTimestamp();
        await story.RunAsync("without the leader");
        await story.HealAsync();
        var healed = Stopwatch.GetElapsedTime(down);
        await cluster.Node(leader).StartAsync(FaultStory.Cancel);
        await story.Side.CurrentAsync(Size);
        await story.RunAsync("with the old leader back");

        await story.FinishAsync("leader killed", $"From {leader} to {await story.Side.LeaderAsync()}, acknowledged again after {healed.TotalSeconds:F1} s.");
    }

    private static async Task<NatsCluster> ClusterAsync()
    {
        var cluster = await NatsCluster.FindAsync(Size, FaultStory.Cancel);
        Assert.SkipWhen(cluster is null, NatsServer.Remedy);
        return cluster;
    }

    /// <summary>A member at each server: some lose their connection when one of them is killed, and some do not.</summary>
    private static async Task<FaultStory> StartAsync(NatsCluster cluster)
    {
        var story = new FaultStory(new FaultPlan(cluster.Url).With("Channels:main:Nats:Replicas", $"{Size}"));
        try
        {
            await StreamSide.AskAsync(async token => await story.Side.JetStream.GetAccountInfoAsync(token), static _ => true, "a leader of the cluster");
            await story.StartAsync([.. cluster.Nodes.Select(static node => node.Url)]);
            await story.Side.CurrentAsync(Size);
            return story;
        }
        catch
        {
            await story.DisposeAsync();
            throw;
        }
    }
}
