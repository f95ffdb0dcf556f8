using System.Diagnostics;
using System.Numerics;

namespace EventFabric.Performance.Harness;

/// <summary>Counts durations in buckets that are at most 1/32 wide. Any thread may record; nothing is allocated.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 5;
    private const int SubBuckets = 1 << SubBits;

    private readonly long[] _counts = new long[64 * SubBuckets];

    /// <summary>One event that took from <paramref name="from"/> to now.</summary>
    /// <param name="from">A timestamp of <see cref="Stopwatch"/>.</param>
    public void RecordSince(long from) => Record(Stopwatch.GetTimestamp() - from, 1);

    /// <summary>Events that took <paramref name="ticks"/> together: each counts with its share.</summary>
    public void Record(long ticks, int events)
    {
        var picoseconds = (long)(ticks * (1e12 / Stopwatch.Frequency) / events);
        Interlocked.Increment(ref _counts[BucketOf(Math.Max(picoseconds, 1))]);
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>Below this are <paramref name="part"/> of the durations; 0 when there are none.</summary>
    /// <returns>Microseconds.</returns>
    public double Quantile(double part)
    {
        var total = _counts.Sum();
        if (total == 0)
            return 0;
        var left = Math.Max(1, (long)Math.Ceiling(total * part));
        var bucket = 0;
        while ((left -= _counts[bucket]) > 0)
            bucket++;
        return MiddleOf(bucket) / 1e6;
    }

    private static int BucketOf(long value)
    {
        var exponent = BitOperations.Log2((ulong)value);
        if (exponent < SubBits)
            return (int)value;
        var sub = (int)(value >> (exponent - SubBits)) & (SubBuckets - 1);
        return ((exponent - SubBits + 1) << SubBits) + sub;
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket < SubBuckets)
            return bucket;
        var shift = (bucket >> SubBits) - 1;
        var low = (double)((SubBuckets + (bucket & (SubBuckets - 1))) * (1L << shift));
        return low + ((1L << shift) / 2.0);
    }
}
