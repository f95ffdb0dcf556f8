using System.Diagnostics;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

public sealed class TopicTests
{
    [Fact]
    public async Task A_missing_topic_is_named_to_publishers_and_members_and_publishing_begins_when_it_is_made()
    {
        await using var story = new FaultStory(Plan().With("Provisioning", "Assume").With("PublishTimeout", "3s"));
        var start = await Assert.ThrowsAnyAsync<Exception>(() => story.JoinAsync());
        Assert.True(start.Message.Contains(story.Plan.Topic, StringComparison.Ordinal), $"expected the topic's name, seen {start}");
        await using var publisher = await FaultApp.PublishAsync(story.Plan, FaultStory.Cancel);
        var error = await Assert.ThrowsAsync<PublishException>(() => publisher.Publisher.PublishAsync(new NumberedEvent("k", -1, ""), cancellationToken: FaultStory.Cancel).AsTask());
        Assert.True(error.Kind == EventFabricErrorKind.NotFound && error.Message.Contains(story.Plan.Topic, StringComparison.Ordinal), $"expected NotFound and the topic's name, seen {error.Kind}: {error.Message}");

        await story.Side.CreateAsync();
        var made = Stopwatch.GetTimestamp();
        await publisher.Publisher.PublishAsync(new NumberedEvent("k", -1, ""), cancellationToken: FaultStory.Cancel);
        await story.StartAsync();

        await story.FinishAsync("topic missing", $"Running {Stopwatch.GetElapsedTime(made).TotalSeconds:F1} s after it was made.");
    }

    [Fact]
    public async Task A_topic_that_is_deleted_and_made_again_is_taken_up_and_what_is_acknowledged_from_then_on_is_handled()
    {
        await using var story = new FaultStory(Plan().With("Provisioning", "Assume").With("PublishTimeout", "5s"));
        await story.Side.CreateAsync();
        await story.StartAsync();
        await story.PauseAsync();

        await story.Side.DeleteAsync();
        var refused = 0;
        for (var isRefused = false; !isRefused; refused++)
        {
            try
            {
                await story.Publisher.Publisher.PublishAsync(new NumberedEvent("probe", refused, ""), cancellationToken: FaultStory.Cancel);
            }
            catch (PublishException error)
            {
                isRefused = true;
                Assert.True(error.Kind is EventFabricErrorKind.NotFound or EventFabricErrorKind.Timeout, $"expected NotFound, seen {error.Kind}: {error.Message}");
            }
        }

        await story.Side.CreateAsync();
        var made = Stopwatch.GetTimestamp();
        story.Resume();
        await story.RunAsync("in the new topic");

        await story.FinishAsync("topic deleted", $"Running {Stopwatch.GetElapsedTime(made).TotalSeconds:F1} s after it was made again.");
    }

    [Fact]
    public async Task An_event_that_the_broker_finds_too_large_is_refused_and_nothing_that_was_acknowledged_is_lost()
    {
        await using var story = new FaultStory(Plan().With("Provisioning", "Assume"));
        await story.Side.CreateAsync(("max.message.bytes", "20000"));
        await story.StartAsync();
        var large = new string('x', 60_000);
        for (var i = 0; i < 20; i++)
        {
            var error = await Assert.ThrowsAsync<PublishException>(() => story.Publisher.Publisher.PublishAsync(new NumberedEvent("k1", -1 - i, large), cancellationToken: FaultStory.Cancel).AsTask());
            Assert.True(error.Kind == EventFabricErrorKind.TooLarge, $"expected TooLarge, seen {error.Kind}: {error.Message}");
        }

        await story.RunAsync("after the large ones");
        await story.FinishAsync("message too large");
        // The broker counts a whole batch: small events must not share one that is more than the topic takes.
        Assert.Equal(0, story.Oracle.Judge().Refused);
    }

    private static FaultPlan Plan() => new(KafkaRun.Current.Server.BootstrapServers);
}
