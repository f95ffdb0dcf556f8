using System.Diagnostics;

namespace EventFabric.Performance.Harness;

/// <summary>One measured stretch of time: says when to stop, takes latencies, and reads clock, processor and allocations at both ends.</summary>
internal sealed class Window
{
    private readonly TimeSpan _length;
    private ProcessReading _began;
    private ProcessReading? _ended;
    private long _ends;

    public Window(TimeSpan length, LatencyHistogram latencies)
    {
        (_length, Latencies) = (length, latencies);
        Restart();
    }

    public bool IsOver => Stopwatch.GetTimestamp() >= _ends;

    public LatencyHistogram Latencies { get; }

    /// <summary>The measured time begins only now: what was before was preparation.</summary>
    public void Restart()
    {
        _began = ProcessReading.Take();
        _ends = Stopwatch.GetTimestamp() + (long)(_length.TotalSeconds * Stopwatch.Frequency);
    }

    /// <summary>The measured time is over: what follows is cleaning up.</summary>
    public void Stop() => _ended ??= ProcessReading.Take();

    public Sample ToSample(long events)
    {
        Stop();
        return _began.Until(_ended!.Value, events);
    }
}
