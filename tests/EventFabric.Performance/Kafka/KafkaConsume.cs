using System.Diagnostics;
using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Kafka;

/// <summary>
/// A group of its own in every window reads a supply from its beginning: from the first record in the handler until the host has stopped, and so until all is
/// settled and committed.
/// </summary>
internal sealed class KafkaConsume(Settings settings, KafkaSupply supply) : IContender
{
    private string _topic = "";
    private double _closing;
    private int _windows;

    public string? Note => FormattableString.Invariant($"closing took {_closing:0} ms of the window");

    public async ValueTask StartAsync() => _topic = await KafkaRig.Current.SupplyAsync(supply);

    public async ValueTask<long> RunAsync(Window window)
    {
        var draining = new Draining(window, supply.Records);
        var group = $"ours-{_topic}-{_windows++}-{Guid.NewGuid():N}";
        var all = settings with { More = new Dictionary<string, string?>(settings.More) { ["Group"] = group, [$"Channels:{FabricHost.Channel}:ForeignType"] = "performance.reading.v1" } };
        await using (var host = KafkaHost.Make(_topic, all, reads: true, builder =>
        {
            builder.Services.AddSingleton(new Handler(draining));
            builder.AddSerializer<ReadingSerializer>()
                .AddEvent<Reading>(FabricHost.Channel, contentType: "application/x-reading")
                .AddHandler<Reading, Handler>(FabricHost.Subscription);
        }))
        {
            await host.StartAsync();
            await draining.WaitAsync();
            _closing = Stopwatch.GetTimestamp();
        }

        _closing = Stopwatch.GetElapsedTime((long)_closing).TotalMilliseconds;
        window.Stop();
        if (await KafkaRig.Current.CommittedAsync(group, _topic, supply.Partitions) is var committed && committed != supply.Records)
            throw new InvalidOperationException($"{committed} of {supply.Records} records are committed.");
        return supply.Records;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Handler(Draining draining) : IEventHandler<Reading>
    {
        public ValueTask<Settlement> HandleAsync(EventContext<Reading> context, CancellationToken cancellationToken)
        {
            draining.Count();
            return new ValueTask<Settlement>(Settlement.Ack);
        }
    }
}
