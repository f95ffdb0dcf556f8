using EventFabric.Drivers;
using Microsoft.Extensions.Options;
using Xunit;

namespace EventFabric.Tests.Publishing;

public sealed class OpeningTests
{
    [Fact]
    public void The_sender_is_opened_by_the_first_event_and_events_keep_their_order_meanwhile()
    {
        var rig = new ChannelRig(new ScriptedBroker { OnOpen = static attempt => Refuse(attempt <= 3, ErrorKind.Transient) });
        rig.Run();
        Assert.Equal(0, rig.Broker.Opens);
        var publishes = Enumerable.Range(0, 5).Select(i => rig.Publish($"{i}", "k")).ToArray();
        rig.Run();
        Assert.Equal(1, rig.Broker.Opens);
        Assert.All(publishes, static publish => Assert.False(publish.IsCompleted));

        rig.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(4, rig.Broker.Opens);
        Assert.All(publishes, static publish => Assert.True(publish.IsCompletedSuccessfully));
        Assert.Equal("0 1 2 3 4", rig.Broker.StoredBodies);
    }

    [Fact]
    public async Task An_event_that_comes_behind_a_batch_is_stored_behind_all_of_it()
    {
        var rig = new PublisherRig();
        var cancellation = TestContext.Current.CancellationToken;
        var batch = rig.Publisher.PublishBatchAsync([new Note("1"), new Note("2"), new Note("3")], cancellationToken: cancellation);
        var single = rig.Publisher.PublishAsync(new Note("4"), cancellation).AsTask();
        var second = rig.Publisher.PublishBatchAsync([new Note("5"), new Note("6")], cancellationToken: cancellation);

        rig.Scheduler.Run();

        await Task.WhenAll(batch, single, second);
        Assert.Equal(["1", "2", "3", "4", "5", "6"], rig.Broker.Stored.Select(static record => System.Text.Json.JsonDocument.Parse(record.Body).RootElement.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData(ErrorKind.Transient)]
    [InlineData(ErrorKind.Throttled)]
    [InlineData(ErrorKind.Unknown)]
    [InlineData(ErrorKind.Fenced)]
    [InlineData(ErrorKind.Fatal)]
    public async Task A_broker_that_is_away_is_tried_until_the_timeout(object kind)
    {
        var rig = new ChannelRig(new ScriptedBroker { OnOpen = _ => Refuse(true, (ErrorKind)kind) });
        var publish = rig.Publish("a");
        rig.Pass(TimeSpan.FromSeconds(30));

        var failed = await ChannelRig.Failed(publish);

        Assert.Equal(EventFabricErrorKind.Timeout, failed.Kind);
        Assert.Equal(
            "Channel \"orders\" (address \"shop.orders\") could not be opened within EventFabric:PublishTimeout (30s). The event was not sent.",
            failed.Message);
        Assert.IsType<ScriptedException>(failed.InnerException);
        Assert.InRange(rig.Broker.Opens, 8, 60);
        var opens = rig.Broker.Opens;
        rig.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(opens, rig.Broker.Opens);
    }

    [Theory]
    [InlineData(ErrorKind.NotFound, EventFabricErrorKind.NotFound, " Create it at the broker, or set Provisioning to Create.")]
    [InlineData(ErrorKind.Unauthorized, EventFabricErrorKind.Unauthorized, " Check the broker's credentials and their rights on this address.")]
    [InlineData(ErrorKind.Invalid, EventFabricErrorKind.Rejected, "")]
    public async Task What_trying_again_does_not_change_is_surfaced_at_once(object kind, EventFabricErrorKind expected, string remedy)
    {
        var rig = new ChannelRig(new ScriptedBroker { OnOpen = attempt => Refuse(attempt == 1, (ErrorKind)kind) });
        var publishes = new[] { rig.Publish("a"), rig.Publish("b") };
        rig.Run();

        foreach (var publish in publishes)
        {
            var failed = await ChannelRig.Failed(publish);
            Assert.Equal(expected, failed.Kind);
            Assert.Equal(
                $"Channel \"orders\" (address \"shop.orders\") cannot be opened: {expected} (scripted-{kind.ToString()!.ToLowerInvariant()}). The event was not sent.{remedy}",
                failed.Message);
        }

        // It is repaired meanwhile.
        var next = rig.Publish("c");
        rig.Advance(100);
        Assert.Equal("id-c", (await next).Id);
    }

    [Fact]
    public async Task What_the_address_needs_is_made_before_it_is_opened()
    {
        var made = 0;
        var broker = new ScriptedBroker();
        var rig = new ChannelRig(broker, prepare: _ =>
        {
            Assert.Equal(0, broker.Opens);
            made++;
            return default;
        });
        var publish = rig.Publish("a");
        rig.Run();

        Assert.Equal("id-a", (await publish).Id);
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task Wrong_configuration_that_shows_only_at_the_broker_is_surfaced()
    {
        var rig = new ChannelRig(prepare: static _ => throw new OptionsValidationException("EventFabric", typeof(object), ["Brokers:default: unsafe"]));
        var publish = rig.Publish("a");
        rig.Run();

        var failed = await ChannelRig.Failed(publish);

        Assert.IsType<OptionsValidationException>(failed.InnerException);
    }

    private static void Refuse(bool refuses, ErrorKind kind)
    {
        if (refuses)
            throw new ScriptedException(kind);
    }
}
