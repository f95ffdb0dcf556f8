using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Contenders;

/// <summary>B1 with PublishBatchAsync. The bytes hold the lists of results, which are the caller's.</summary>
internal sealed class ReadingBatchPipeline : IContender
{
    private readonly Consumption _consumption = new();
    private readonly FabricHost _host;
    private readonly Reading[] _batch;

    public ReadingBatchPipeline(Settings settings, int batchSize)
    {
        _batch = new Reading[batchSize];
        _host = new FabricHost("InMemory", settings.ToConfiguration(), builder =>
        {
            builder.Services.AddSingleton(_consumption).AddSingleton<ReadingHandler>();
            builder.AddInMemory()
                .AddSerializer<ReadingSerializer>()
                .AddEvent<Reading>(FabricHost.Channel, contentType: "application/x-reading")
                .AddHandler<Reading, ReadingHandler>(FabricHost.Subscription);
        });
    }

    public async ValueTask StartAsync() => await _host.StartAsync();

    public async ValueTask<long> RunAsync(Window window)
    {
        _consumption.Begin(window);
        var publisher = _host.Publisher;
        var events = 0L;
        while (!window.IsOver)
        {
            for (var i = 0; i < _batch.Length; i++, events++)
                _batch[i] = new Reading { Sequence = events, Sent = Lead.Stamp(events) };
            _consumption.BeforePublish(_batch.Length);
            await publisher.PublishBatchAsync(_batch);
        }

        _consumption.WaitForAll();
        return events;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
