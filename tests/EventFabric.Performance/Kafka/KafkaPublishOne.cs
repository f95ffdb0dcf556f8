using System.Diagnostics;
using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;

namespace EventFabric.Performance.Kafka;

/// <summary>PublishAsync in a window: the oldest is awaited when so many are under way. A window of 1 awaits each.</summary>
internal sealed class KafkaPublishOne(Settings settings, int size, int windowSize) : KafkaPublish(settings, size)
{
    private readonly (ValueTask<PublishResult> Task, long Sent)[] _ring = new (ValueTask<PublishResult>, long)[windowSize];
    private readonly bool[] _open = new bool[windowSize];
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
        _ring[place] = (Publisher.PublishAsync(Blobs[_sequence++ % Blobs.Length]), sent);
        _open[place] = true;
        if (windowSize == 1)
            await SettleAsync(window, place);
    }

    private async ValueTask SettleAsync(Window window, int place)
    {
        if (!_open[place])
            return;
        _open[place] = false;
        var (task, sent) = _ring[place];
        await task;
        if (sent != 0)
            window.Latencies.RecordSince(sent);
    }
}
