namespace EventFabric.Publishing;

/// <summary>
/// Decides when the batch that is being filled goes to the driver. With no call open: at once, so that one event waits for nothing. With calls open:
/// when any record of an open call was completed since the last start, when the batch is full, or when its first record has waited for the maximal
/// age: a call that never ends holds nobody up. Not thread-safe.
/// </summary>
internal sealed class PublishGate(long maxAge)
{
    private int _maxOpenCalls = 1;
    private long _maxOpenRecords = long.MaxValue;
    private bool _progress;

    internal int OpenCalls { get; private set; }

    internal long OpenRecords { get; private set; }

    /// <summary>How long a batch may wait, in timestamp ticks.</summary>
    internal long MaxAge { get; } = maxAge;

    /// <summary>The driver's own limits.</summary>
    internal void Limit(int maxOpenCalls, long maxOpenRecords) => (_maxOpenCalls, _maxOpenRecords) = (maxOpenCalls, maxOpenRecords);

    /// <summary>Whether a batch may go now.</summary>
    /// <param name="count">Its records.</param>
    /// <param name="full">Whether it takes no more, or is to be flushed.</param>
    /// <param name="since">When its first record came.</param>
    /// <param name="now">The time.</param>
    internal bool MayStart(int count, bool full, long since, long now) =>
        OpenCalls == 0 || (HasRoom(count) && (_progress || full || now - since >= MaxAge));

    /// <summary>Whether the driver's own limits allow one more call.</summary>
    internal bool HasRoom(int count) => OpenCalls == 0 || (OpenCalls < _maxOpenCalls && OpenRecords + count <= _maxOpenRecords);

    internal void Started(int count)
    {
        OpenCalls++;
        OpenRecords += count;
        _progress = false;
    }

    internal void Completed(int records)
    {
        OpenRecords -= records;
        _progress = true;
    }

    internal void Ended() => OpenCalls--;
}
