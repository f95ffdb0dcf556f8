using System.Runtime.InteropServices;

namespace EventFabric.Performance.Payloads;

/// <summary>The event of B1 and B3: a struct of 100 bytes.</summary>
[EventType("performance.reading.v1")]
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 100)]
internal struct Reading
{
    public const int Size = 100;

    /// <summary>Its number.</summary>
    public long Sequence;

    /// <summary>When it was published, a timestamp of the stopwatch; 0 where its latency is not taken.</summary>
    public long Sent;

    public double Value;
}
