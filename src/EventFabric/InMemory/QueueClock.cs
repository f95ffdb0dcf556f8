namespace EventFabric.InMemory;

/// <summary>The clock of leases: timestamps of a connection's <see cref="TimeProvider"/>.</summary>
internal sealed class QueueClock(TimeProvider time, TimeSpan lease)
{
    /// <summary>The longest lease, extensions included, and the longest delay of a release.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromHours(12);

    public TimeProvider Time => time;

    public long Now => time.GetTimestamp();

    public TimeSpan LeaseSpan => lease;

    public long Lease { get; } = Units(time, lease);

    public long MaxLease { get; } = Units(time, Max);

    public long Units(TimeSpan span) => Units(time, span < Max ? span : Max);

    private static long Units(TimeProvider time, TimeSpan span) => (long)((Int128)span.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond);
}
