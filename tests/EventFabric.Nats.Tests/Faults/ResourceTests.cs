using EventFabric.Servers;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>What a stream or a consumer is under its users, under load.</summary>
public sealed class ResourceTests
{
    [Fact]
    public async Task A_stream_that_is_full_refuses_until_there_is_room_and_loses_nothing()
    {
        await using var server = await ServerAsync();
        await using var story = new FaultStory(new FaultPlan(server.Url).With("PublishTimeout", "1s"));
        var config = new StreamConfig(story.Side.Stream, [.. Enumerable.Range(0, FaultPlan.Partitions).Select(partition => $"{story.Plan.Address}.{partition}")]) { Discard = StreamConfigDiscard.New };
        await story.Side.JetStream.CreateStreamAsync(config, FaultStory.Cancel);
        await story.StartAsync();

        await story.BreakAsync();
        config.MaxMsgs = 100 + (long)(await story.Side.JetStream.GetStreamAsync(story.Side.Stream, cancellationToken: FaultStory.Cancel)).Info.State.Messages;
        await story.Side.JetStream.UpdateStreamAsync(config, FaultStory.Cancel);
        await FaultTime.UntilAsync(() => story.Ordered.Judge().Refused > 0, "a publish that is refused", story.Logs);
        config.MaxMsgs = -1;
        await story.Side.JetStream.UpdateStreamAsync(config, FaultStory.Cancel);
        await story.RunAsync("with room again");
        await story.HealAsync();

        await story.FinishAsync("stream full");
    }

    [Fact]
    public async Task Consumers_that_are_deleted_are_made_again_and_no_event_is_lost()
    {
        await using var server = await ServerAsync();
        await using var story = new FaultStory(new FaultPlan(server.Url));
        await story.StartAsync(server.Url, server.Url);

        // A new consumer begins at the first record: everything comes again.
        await story.BreakAsync(forgets: true);
        foreach (var consumer in StreamSide.Consumers)
            await story.Side.JetStream.DeleteConsumerAsync(story.Side.Stream, consumer, FaultStory.Cancel);
        await story.RunAsync("after the consumers were deleted");
        await story.HealAsync();

        await story.FinishAsync("consumers deleted");
    }

    private static async Task<NatsServer> ServerAsync()
    {
        var server = await NatsServer.FindAsync(["max_payload: 1048576"], FaultStory.Cancel);
        Assert.SkipWhen(server is null, NatsServer.Remedy);
        return server;
    }
}
