using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Contenders;

/// <summary>B1: one publisher that awaits every PublishAsync, the in-memory log, a singleton handler.</summary>
internal sealed class ReadingPipeline : IContender
{
    private readonly Consumption _consumption = new();
    private readonly FabricHost _host;
    private readonly string[] _keys;
    private IEventPublisher? _publisher;

    public ReadingPipeline(Settings settings)
    {
        _keys = [.. Enumerable.Range(0, settings.Keys).Select(static number => $"key-{number:D6}")];
        _host = new FabricHost("InMemory", settings.ToConfiguration(), builder =>
        {
            builder.Services.AddSingleton(_consumption).AddSingleton<ReadingHandler>();
            builder.AddInMemory()
                .AddSerializer<ReadingSerializer>()
                .AddEvent<Reading>(FabricHost.Channel, key: settings.Keys == 0 ? null : KeyOf, contentType: "application/x-reading")
                .AddHandler<Reading, ReadingHandler>(FabricHost.Subscription);
        });
    }

    public async ValueTask StartAsync()
    {
        await _host.StartAsync();
        _publisher = _host.Publisher;
    }

    public async ValueTask<long> RunAsync(Window window)
    {
        _consumption.Begin(window);
        var publisher = _publisher!;
        var events = 0L;
        while (!window.IsOver)
        {
            for (var i = 0; i < 256; i++, events++)
            {
                _consumption.BeforePublish();
                await publisher.PublishAsync(new Reading { Sequence = events, Sent = Lead.Stamp(events) });
            }
        }

        _consumption.WaitForAll();
        return events;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private string KeyOf(Reading reading) => _keys[reading.Sequence % _keys.Length];
}
