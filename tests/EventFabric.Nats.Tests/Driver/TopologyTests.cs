using EventFabric.Drivers;
using EventFabric.Nats.Configuration;
using EventFabric.Nats.Tests.Fixtures;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>What is there, what is missing, and what would lose events.</summary>
public sealed class TopologyTests : IAsyncDisposable
{
    private readonly RawNats _raw = new(NatsRun.Current.Server.Url);
    private readonly string _address = $"shop.{NatsHarness.NewAddress()}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Stream => RawNats.StreamOf(_address);

    [Fact]
    public async Task What_is_missing_is_made_as_the_channel_says()
    {
        await using var nats = new NatsHarness();
        var plan = NatsHarness.Plan(_address) with { Settings = new NatsChannel(null, 3, 1, StreamConfigStorage.Memory, TimeSpan.FromHours(5), TimeSpan.FromMinutes(7)) };
        Assert.Equal([new TopologyItem(Stream, TopologyState.Missing, null, null, null, false)], await nats.Topology.InspectAsync([plan], Token));
        await nats.CreateAsync(plan);
        await nats.CreateAsync(plan);
        var made = (await _raw.JetStream.GetStreamAsync(Stream, cancellationToken: Token)).Info.Config;
        Assert.Equal([$"{_address}.0", $"{_address}.1", $"{_address}.2", $"{_address}.delay.*"], made.Subjects);
        Assert.Equal((StreamConfigStorage.Memory, TimeSpan.FromHours(5), TimeSpan.FromMinutes(7), StreamConfigRetention.Limits), (made.Storage, made.MaxAge, made.DuplicateWindow, made.Retention));
        Assert.Equal([TopologyState.Ok], (await nats.Topology.InspectAsync([plan], Token)).Select(static item => item.State));
    }

    [Fact]
    public async Task What_differs_is_said_property_by_property()
    {
        await using var nats = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        var plan = NatsHarness.Plan(_address) with { Settings = new NatsChannel(null, 3, null, StreamConfigStorage.Memory, TimeSpan.FromHours(5), null) };
        Assert.Equal(
            [("Partitions", "4", "3", true), ("Storage", "File", "Memory", true), ("Retention", "for ever", "05:00:00", false)],
            (await nats.Topology.InspectAsync([plan], Token)).Select(static item => (item.Property!, item.Actual!, item.Wanted!, item.Destructive)));
    }

    [Theory]
    [InlineData("interest")]
    [InlineData("workqueue")]
    [InlineData("discard old with a limit")]
    [InlineData("no ack")]
    public async Task A_stream_that_loses_events_is_unsafe(string what)
    {
        var config = new StreamConfig(Stream, [$"{_address}.0"]);
        switch (what)
        {
            case "interest":
                config.Retention = StreamConfigRetention.Interest;
                break;
            case "workqueue":
                config.Retention = StreamConfigRetention.Workqueue;
                break;
            case "no ack":
                config.NoAck = true;
                break;
            default:
                config.MaxMsgs = 1000;
                break;
        }

        await _raw.JetStream.CreateStreamAsync(config, Token);
        await using var nats = new NatsHarness();
        Assert.Equal([TopologyState.Unsafe], (await nats.Topology.InspectAsync([NatsHarness.Plan(_address)], Token)).Select(static item => item.State));
    }

    [Fact]
    public async Task A_stream_of_other_subjects_is_not_taken_for_the_channels()
    {
        await _raw.JetStream.CreateStreamAsync(new StreamConfig(Stream, [$"other.{_address}.>"]), Token);
        await using var nats = new NatsHarness();
        Assert.Equal(["Subjects"], (await nats.Topology.InspectAsync([NatsHarness.Plan(_address)], Token)).Select(static item => item.Property));
        var error = await Assert.ThrowsAsync<NatsJSApiException>(async () => await nats.Connection.OpenSenderAsync(NatsHarness.Plan(_address), Token));
        Assert.Contains("name this channel's with Channels:channel:Nats:Stream", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Invalid, nats.Connection.Classify(error).Kind);
    }

    [Theory]
    [InlineData("window", "duplicates window")]
    [InlineData("replicas", "replicas > 1")]
    public async Task Settings_that_the_server_refuses_are_named_with_their_channel_and_not_tried_again(string what, string message)
    {
        var settings = what == "window"
            ? NatsChannel.Default with { Retention = TimeSpan.FromMinutes(1), DuplicateWindow = TimeSpan.FromMinutes(5) }
            : NatsChannel.Default with { Replicas = 3 };
        await using var nats = new NatsHarness();
        var error = await Assert.ThrowsAsync<NatsJSApiException>(() => nats.CreateAsync(NatsHarness.Plan(_address) with { Settings = settings }));
        Assert.Contains($"The stream \"{Stream}\" cannot be made as Channels:channel says: {message}", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Invalid, nats.Connection.Classify(error).Kind);
    }

    [Fact]
    public async Task Subjects_that_another_stream_has_are_refused_with_its_name()
    {
        var other = $"other-{Guid.NewGuid():N}";
        await _raw.JetStream.CreateStreamAsync(new StreamConfig(other, [$"{_address}.>"]), Token);
        await using var nats = new NatsHarness();
        var error = await Assert.ThrowsAsync<NatsJSApiException>(() => nats.CreateAsync(NatsHarness.Plan(_address)));
        Assert.Contains($"(\"{other}\")", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Invalid, nats.Connection.Classify(error).Kind);
    }

    [Fact]
    public async Task An_order_that_an_older_server_cannot_keep_is_not_promised_once_it_is_known()
    {
        await using var nats = new NatsHarness(null, ("Url", NatsRun.Current.Older.Url));
        var plan = NatsHarness.Plan(_address);
        Assert.Equal(Support.Emulated, SupportOf(Capability.OrderingKey));
        await nats.CreateAsync(plan);
        Assert.Equal(Support.Unsupported, SupportOf(Capability.OrderingKey));
        Assert.Equal(Support.Unsupported, SupportOf(Capability.DelayedDelivery));
        var receiver = await nats.OpenAsync(plan);
        Assert.False(receiver.Driver.Traits.OrderedPerKey);

        Support SupportOf(Capability capability) => nats.Connection.Resolve(plan, []).Single(cell => cell.Capability == capability).Support;
    }

    public ValueTask DisposeAsync() => _raw.DisposeAsync();
}
