using System.Diagnostics;

namespace EventFabric.Tests;

/// <summary>Measures what code allocates on its own thread, once it is compiled with optimization: before, it boxes, and type initializers run.</summary>
internal static class AllocationGate
{
    /// <summary>
    /// Bytes for each call: warm-up rounds until one is as cheap as it gets, then the round that counts, ten times as long. Beside many other tests the
    /// compiler may take its time: where nothing is expected, it is given 30 seconds.
    /// </summary>
    internal static double BytesPerCall(Action call, int calls = 10_000, bool untilNothing = true)
    {
        var best = double.MaxValue;
        var began = Stopwatch.GetTimestamp();
        for (var round = 0; best > 0 && (round < 40 || (untilNothing && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30))); round++)
        {
            if (Measure(call, calls) is var bytes && bytes < best)
                best = bytes == 0 ? Measure(call, calls * 10) : bytes;
        }

        return best;
    }

    private static double Measure(Action call, int calls)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < calls; i++)
            call();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)calls;
    }
}
