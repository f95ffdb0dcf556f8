using System.Diagnostics;

namespace EventFabric.Performance.Harness;

/// <summary>One measured stretch of time: says when to stop, and takes latencies.</summary>
internal sealed class Window(TimeSpan length, LatencyHistogram latencies)
{
    private readonly long _ends = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);

    public bool IsOver => Stopwatch.GetTimestamp() >= _ends;

    public LatencyHistogram Latencies { get; } = latencies;
}
