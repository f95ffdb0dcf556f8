namespace EventFabric.Performance.Harness;

/// <summary>Runs one window of a contender, with a clean heap before it.</summary>
internal static class Meter
{
    public static async Task<Sample> MeasureAsync(IContender contender, TimeSpan length, LatencyHistogram latencies)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var window = new Window(length, latencies);
        return window.ToSample(await contender.RunAsync(window));
    }
}
