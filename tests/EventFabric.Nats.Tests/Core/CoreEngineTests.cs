using System.Text.Json.Serialization;
using EventFabric.Nats.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace EventFabric.Nats.Tests.Core;

/// <summary>NATS without streams under the engine: what it does, and what it refuses to promise.</summary>
public sealed class CoreEngineTests
{
    private const string Reader = "EventFabric:Subscriptions:reader";

    private readonly string _address = NatsHarness.NewAddress();
    private readonly List<(string Text, int Attempt)> _handled = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_handled_tried_again_in_the_process_and_dead_letters_go_to_who_listens()
    {
        await using var raw = new RawNats(NatsRun.Current.Server.Url);
        await using var dead = await raw.Connection.SubscribeCoreAsync<byte[]>($"{_address}-reader-dlq", cancellationToken: Token);
        await raw.Connection.PingAsync(Token);
        using var host = Host(($"{Reader}:Ordering", "None"), ($"{Reader}:Start", "Latest"), ($"{Reader}:Retry:MaxAttempts", "2"), ($"{Reader}:Retry:BaseDelay", "1ms"));
        await host.StartAsync(Token);
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        foreach (var text in (string[])["good", "once", "never"])
            await publisher.PublishAsync(new CoreNote(text), cancellationToken: Token);

        var message = await dead.Msgs.ReadAsync(Token).AsTask().WaitAsync(Wait.Patience, Token);
        Assert.Equal(("2", "reader"), ($"{message.Headers!["ef-attempts"]}", $"{message.Headers["ef-subscription"]}"));
        Assert.Contains("never", System.Text.Encoding.UTF8.GetString(message.Data!), StringComparison.Ordinal);
        await Wait.UntilAsync(() => Handled().Count == 5, () => string.Join(' ', Handled()));
        Assert.Equal([("good", 1), ("never", 1), ("never", 2), ("once", 1), ("once", 2)], Handled().Order());
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Everything_that_would_need_a_stream_is_refused_at_the_start_with_what_to_write()
    {
        using var host = Host(($"{Reader}:OnExhausted", "ParkKey"), ("EventFabric:Channels:main:Nats:Partitions", "7"));
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Equal(
            [
                "EventFabric:Channels:main:Nats:Partitions: says something of a stream, and Mode Core has none; remove it, or write \"Mode\": \"JetStream\" at the broker",
                $"{Reader}:OnExhausted: ParkKey needs the capability DlqPeek, which broker \"main\" (Nats) does not have here (core NATS keeps nothing); write DeadLetter, Block or Drop",
                $"{Reader}:Ordering: PerKey needs the capability OrderingKey, which broker \"main\" (Nats) does not have here (the server deals events out to the members of a group as they come); write \"Ordering\": \"None\"",
                $"{Reader}:Start: with Mode Core only what comes from now on is delivered, since nothing is kept; write \"Start\": \"Latest\", or \"Mode\": \"JetStream\" at the broker",
            ],
            refused.Failures.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_setting_of_streams_at_the_broker_is_refused()
    {
        using var host = Host(("EventFabric:Brokers:main:Nats:Domain", "hub"));
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Contains("EventFabric:Brokers:main:Nats:Domain: is of JetStream, and Mode is Core; remove one of them", refused.Message, StringComparison.Ordinal);
    }

    private List<(string Text, int Attempt)> Handled()
    {
        lock (_handled)
            return [.. _handled];
    }

    private IHost Host(params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["EventFabric:Source"] = "/core",
            ["EventFabric:Brokers:main:Type"] = "Nats",
            ["EventFabric:Brokers:main:Provisioning"] = "Create",
            ["EventFabric:Brokers:main:Nats:Url"] = NatsRun.Current.Server.Url,
            ["EventFabric:Brokers:main:Nats:Mode"] = "Core",
            ["EventFabric:Channels:main:Address"] = _address,
            [$"{Reader}:Channel"] = "main",
            [$"{Reader}:Group"] = "reader",
        };
        foreach (var (key, value) in settings)
            values[key] = value;
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(values);
        builder.Services.AddEventFabric().AddNats().AddJson(CoreJson.Default).AddEvent<CoreNote>("main").AddHandler<CoreNote>("reader", (context, _) =>
        {
            lock (_handled)
                _handled.Add((context.Data.Text, context.Attempt));
            return new(context.Data.Text == "good" || (context.Data.Text == "once" && context.Attempt == 2) ? Settlement.Ack : Settlement.Retry());
        });
        return builder.Build();
    }
}

[EventType("core-note")]
internal sealed record CoreNote(string Text);

[JsonSerializable(typeof(CoreNote))]
internal sealed partial class CoreJson : JsonSerializerContext;
