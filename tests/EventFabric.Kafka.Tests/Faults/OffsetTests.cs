using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

public sealed class OffsetTests
{
    [Fact]
    public async Task A_position_below_what_the_broker_keeps_is_said_aloud_and_reading_goes_on_at_the_first_record_there()
    {
        await using var story = new FaultStory(new FaultPlan(KafkaRun.Current.Server.BootstrapServers));
        var member = await story.StartAsync();
        await story.PauseAsync();
        await member.StopAsync(FaultStory.Cancel);
        var gone = Enumerable.Range(0, 50).Select(static number => new NumberedEvent("gone" + number, number, "")).ToList();
        await story.Publisher.Publisher.PublishBatchAsync(gone, cancellationToken: FaultStory.Cancel);
        await story.Side.TruncateAsync(await story.Side.EndsAsync());
        story.Resume();

        var next = await story.JoinAsync();
        await story.RunAsync("after the records were deleted");
        await story.FinishAsync("offset below the start", $"{gone.Count} deleted before they were read.");
        Assert.True(next.Logs.Has("positions are missing"), $"expected a warning with what is missing, seen:\n{story.Logs()}");
    }

    [Fact]
    public async Task A_position_above_the_end_is_said_aloud_and_nothing_that_is_published_from_then_on_is_skipped()
    {
        await using var story = new FaultStory(new FaultPlan(KafkaRun.Current.Server.BootstrapServers));
        var member = await story.StartAsync();
        await story.PauseAsync();
        await member.StopAsync(FaultStory.Cancel);
        var ends = await story.Side.EndsAsync();
        // What stands below such a position need not be what was handled: all of it may come again.
        story.Oracle.Break(new Dictionary<int, long>());
        await story.Side.MoveGroupAsync(ends.ToDictionary(static end => end.Key, static end => end.Value + 10_000));

        var next = await story.JoinAsync();
        await FaultTime.UntilAsync(() => next.Logs.Has("positions are missing"), "the warning", story.Logs);
        story.Resume();
        await story.RunAsync("after the position was moved");
        story.Oracle.Heal();
        await story.FinishAsync("offset above the end");
    }
}
