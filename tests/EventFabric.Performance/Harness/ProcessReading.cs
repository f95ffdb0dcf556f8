using System.Diagnostics;

namespace EventFabric.Performance.Harness;

/// <summary>Clock, processor time and allocated bytes of this process at one moment.</summary>
internal readonly record struct ProcessReading(long Timestamp, TimeSpan Cpu, long Bytes)
{
    public static ProcessReading Take()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessReading(Stopwatch.GetTimestamp(), process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true));
    }

    public Sample Until(ProcessReading end, long events) =>
        new(events, Stopwatch.GetElapsedTime(Timestamp, end.Timestamp).TotalSeconds, (end.Cpu - Cpu).TotalSeconds, end.Bytes - Bytes);
}
