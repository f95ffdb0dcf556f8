using System.Diagnostics;
using Confluent.Kafka;
using EventFabric.Performance.Harness;

namespace EventFabric.Performance.Kafka;

/// <summary>ProduceAsync in a window: the oldest is awaited when so many are under way. A window of 1 awaits each.</summary>
internal sealed class ProduceAsyncPeer(int size, double lingerMs, int windowSize) : RawProducer(size, lingerMs)
{
    private readonly (Task<DeliveryResult<byte[], byte[]>>? Task, long Sent)[] _ring = new (Task<DeliveryResult<byte[], byte[]>>?, long)[windowSize];
    private long _sequence;

    public override async ValueTask<long> RunAsync(Window window)
    {
        var first = _sequence;
        while (!window.IsOver)
        {
            for (var i = 0; i < (windowSize == 1 ? 1 : 64); i++)
                await SendAsync(window);
        }

        for (var i = 0; i < windowSize; i++)
            await SettleAsync(window, i);
        return _sequence - first;
    }

    private async ValueTask SendAsync(Window window)
    {
        var place = (int)(_sequence % windowSize);
        await SettleAsync(window, place);
        var sent = windowSize == 1 ? Stopwatch.GetTimestamp() : Lead.Stamp(_sequence);
        _ring[place] = (Producer.ProduceAsync(Topic, Make(_sequence++)), sent);
        if (windowSize == 1)
            await SettleAsync(window, place);
    }

    private async ValueTask SettleAsync(Window window, int place)
    {
        var (task, sent) = _ring[place];
        if (task is null)
            return;
        _ring[place] = default;
        var result = await task;
        if (result.Status != PersistenceStatus.Persisted)
            throw new InvalidOperationException($"Not stored: {result.Status}.");
        if (sent != 0)
            window.Latencies.RecordSince(sent);
    }
}
