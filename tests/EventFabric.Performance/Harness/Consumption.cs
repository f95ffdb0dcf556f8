using System.Diagnostics;

namespace EventFabric.Performance.Harness;

/// <summary>
/// Counts what was handled, and keeps a publisher at most a number of events ahead of it. One publisher; handlers on any thread.
/// </summary>
internal sealed class Consumption
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private long _handled;
    private long _seen;
    private long _published;
    private LatencyHistogram? _latencies;

    /// <summary>Latencies go to this window from now on. Nothing is under way.</summary>
    public void Begin(Window window) => _latencies = window.Latencies;

    /// <summary>One event was handled.</summary>
    /// <param name="sent">When it was published; 0: its latency is not taken.</param>
    public void Handled(long sent)
    {
        if (sent != 0)
            _latencies?.RecordSince(sent);
        Interlocked.Increment(ref _handled);
    }

    /// <summary>Counts one event that is about to be published; waits while too many are not handled.</summary>
    public void BeforePublish(int events = 1)
    {
        _published += events;
        // What was seen last is kept: reading the handlers' counter for every event would move its cache line each time.
        if (_published - _seen > Lead.Events)
            WaitUntil(_published - Lead.Events);
    }

    /// <summary>Ends when all that was published is handled.</summary>
    /// <exception cref="TimeoutException">Events were lost.</exception>
    public void WaitForAll() => WaitUntil(_published);

    private void WaitUntil(long handled)
    {
        var began = Stopwatch.GetTimestamp();
        var spin = default(SpinWait);
        while ((_seen = Volatile.Read(ref _handled)) < handled)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (spin.Count % 4096 == 4095 && Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"Published {_published}, handled {_seen}: nothing moved for {Patience.TotalSeconds} s.");
        }
    }
}
