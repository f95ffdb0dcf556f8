using System.Text.Json.Serialization;
using EventFabric.Kafka.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace EventFabric.Kafka.Tests.Interop;

/// <summary>An application of ours on a topic that another program uses too.</summary>
internal sealed class ForeignApp : IAsyncDisposable
{
    private readonly IHost _host;

    private ForeignApp(IHost host, string topic, List<Seen> seen) => (_host, Topic, Received) = (host, topic, seen);

    internal string Topic { get; }

    /// <summary>What the handler got; locked while it is changed.</summary>
    internal List<Seen> Received { get; }

    internal IEventPublisher Publisher => _host.Services.GetRequiredService<IEventPublisher>();

    internal static async Task<ForeignApp> StartAsync(string topic)
    {
        var seen = new List<Seen>();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventFabric:Source"] = "/ours",
            ["EventFabric:Brokers:main:Type"] = "Kafka",
            ["EventFabric:Brokers:main:Provisioning"] = "Create",
            ["EventFabric:Channels:notes:Address"] = topic,
            ["EventFabric:Channels:notes:Kafka:Partitions"] = "6",
            ["EventFabric:Channels:notes:ForeignType"] = "tests.note.v1",
            ["EventFabric:Subscriptions:reader:Channel"] = "notes",
            ["EventFabric:Subscriptions:reader:Group"] = "reader",
        });
        builder.Services.AddEventFabric()
            .AddKafka(static options => options.BootstrapServers = KafkaRun.Current.Server.BootstrapServers)
            .AddJson(ForeignJson.Default)
            .AddEvent<ForeignNote>("notes")
            .AddHandler<ForeignNote>("reader", (context, _) =>
            {
                lock (seen)
                    seen.Add(new Seen(context.Id, context.Type, context.Key, context.Data.Text, context.Headers.TryGetValue("x-mine", out var mine) ? mine : null, context.Position.Partition));
                return new(Settlement.Ack);
            })
            .AddHandler<Tombstone>("reader", (context, _) =>
            {
                lock (seen)
                    seen.Add(new Seen(context.Id, context.Type, context.Key, null, null, context.Position.Partition));
                return new(Settlement.Ack);
            });
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new ForeignApp(host, topic, seen);
    }

    internal async Task<IReadOnlyList<Seen>> UntilAsync(int count)
    {
        await Wait.UntilAsync(() => Snapshot().Count >= count, () => string.Join('\n', Snapshot()));
        return Snapshot();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private List<Seen> Snapshot()
    {
        lock (Received)
            return [.. Received];
    }

    internal sealed record Seen(string Id, string Type, string? Key, string? Text, string? Mine, string? Partition);
}

[EventType("tests.note.v1")]
internal sealed record ForeignNote(string Text);

[JsonSerializable(typeof(ForeignNote))]
internal sealed partial class ForeignJson : JsonSerializerContext;
