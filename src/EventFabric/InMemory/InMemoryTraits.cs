using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>How the two profiles deliver and settle, and how senders send.</summary>
internal static class InMemoryTraits
{
    private const int MaxCount = 1000;
    private const int MaxOpenCalls = 64;
    private const long MaxBatchBytes = 8 * 1024 * 1024;
    private const int SettleChunk = 1000;

    public static CloudEventsBinding Binding { get; } = new("ce_", "content-type");

    public static ReceiveTraits Log { get; } = new(
        AckMode.Cumulative,
        ReleaseMode.Never,
        MaxDelay: TimeSpan.Zero,
        Lease: null,
        MaxLease: TimeSpan.MaxValue,
        Partitioned: true,
        OrderedPerKey: true,
        SettleChunk,
        // Short: what is not committed is memory that is not reused.
        CommitInterval: TimeSpan.FromMilliseconds(10),
        GroupWideSeek: false,
        Binding);

    public static ReceiveTraits Queue(QueueGroup group) => new(
        AckMode.PerRecord,
        ReleaseMode.Delayed,
        MaxDelay: QueueClock.Max,
        Lease: group.Clock.LeaseSpan,
        MaxLease: QueueClock.Max,
        Partitioned: false,
        OrderedPerKey: group.Ordered,
        SettleChunk,
        CommitInterval: TimeSpan.Zero,
        GroupWideSeek: false,
        Binding);

    public static SendTraits Send(long maxRecordBytes) => new(
        MaxCount,
        Math.Max(MaxBatchBytes, maxRecordBytes),
        maxRecordBytes,
        MaxHeaders: int.MaxValue,
        MaxOpenCalls,
        MaxOpenCalls * MaxCount,
        Binding,
        DedupById: false);
}
