using System.Diagnostics;

namespace EventFabric.Performance.Harness;

/// <summary>How pipelines are driven: how far ahead a publisher may be, and which events' latencies are taken.</summary>
internal static class Lead
{
    /// <summary>A publisher is at most so many events ahead of the handlers.</summary>
    public const int Events = 10_000;

    /// <summary>As it stands in a row's variant.</summary>
    public const string Text = "lead 10,000";

    private const int SampleEvery = 64;

    /// <summary>When the event was published, for one event in 64; 0 for the others.</summary>
    public static long Stamp(long sequence) => sequence % SampleEvery == 0 ? Stopwatch.GetTimestamp() : 0;
}
