using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>Segments of two sizes: a small one for the beginning of a partition, so that an address with little traffic costs little, then large ones.</summary>
internal sealed class SegmentPool
{
    private const int SmallBytes = 8 * 1024;
    private const int LargeBytes = 128 * 1024;
    private const int BytesPerRecord = 128;
    private readonly SlotPool<Segment> _small = new(64);

    // What a fast log settles and drops at once: one interval of commits.
    private readonly SlotPool<Segment> _large = new(256);

    public Segment Rent(bool first, int length)
    {
        var bytes = first ? SmallBytes : LargeBytes;
        if (length > bytes) bytes = length > LargeBytes ? length : LargeBytes;
        var segment = Pool(bytes)?.Take() ?? new Segment(this, bytes, Math.Min(bytes, LargeBytes) / BytesPerRecord);
        segment.Open();
        return segment;
    }

    /// <summary>Keeps a segment that nothing points into any more; those that were made for one large record are let go.</summary>
    public void Return(Segment segment) => Pool(segment.Bytes)?.Put(segment);

    private SlotPool<Segment>? Pool(int bytes) => bytes switch
    {
        SmallBytes => _small,
        LargeBytes => _large,
        _ => null,
    };
}
