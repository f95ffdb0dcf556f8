using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using EventFabric.Performance.Payloads;

namespace EventFabric.Performance.Harness;

/// <summary>PublishAsync in a window: the oldest is awaited when so many are under way. A window of 1 awaits each, and takes each latency.</summary>
internal sealed class PublishWindow(IEventPublisher publisher, Blob[] blobs, int size)
{
    private readonly (ValueTask<PublishResult> Task, long Sent)[] _ring = new (ValueTask<PublishResult>, long)[size];
    private readonly bool[] _open = new bool[size];
    private long _sequence;

    /// <returns>How many were published.</returns>
    public async ValueTask<long> RunAsync(Window window)
    {
        var first = _sequence;
        while (!window.IsOver)
        {
            for (var i = 0; i < (size == 1 ? 1 : 64); i++)
                await SendAsync(window);
        }

        for (var i = 0; i < size; i++)
            await SettleAsync(window, i);
        return _sequence - first;
    }

    [SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "Each is awaited once, when its place in the ring comes round.")]
    private async ValueTask SendAsync(Window window)
    {
        var place = (int)(_sequence % size);
        await SettleAsync(window, place);
        var sent = size == 1 ? Stopwatch.GetTimestamp() : Lead.Stamp(_sequence);
        _ring[place] = (publisher.PublishAsync(blobs[_sequence++ % blobs.Length]), sent);
        _open[place] = true;
        if (size == 1)
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
