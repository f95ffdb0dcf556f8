using System.Diagnostics;

namespace EventFabric.Performance.Harness;

/// <summary>Runs one window of a contender and reads clock, processor and allocations around it.</summary>
internal static class Meter
{
    public static async Task<Sample> MeasureAsync(IContender contender, TimeSpan length, LatencyHistogram latencies)
    {
        using var process = Process.GetCurrentProcess();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        process.Refresh();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = process.TotalProcessorTime;
        var began = Stopwatch.GetTimestamp();
        var events = await contender.RunAsync(new Window(length, latencies));
        var elapsed = Stopwatch.GetElapsedTime(began);
        process.Refresh();
        var used = process.TotalProcessorTime - cpu;
        return new Sample(events, elapsed.TotalSeconds, used.TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }
}
