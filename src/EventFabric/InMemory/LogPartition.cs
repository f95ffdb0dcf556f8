using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>One partition of an address: a chain of segments. Everything under the address's gate.</summary>
internal sealed class LogPartition(int index, SegmentPool pool)
{
    private Segment? _last;

    public int Index => index;

    public Segment? First { get; private set; }

    /// <summary>The position that the next record gets.</summary>
    public long Next { get; private set; }

    /// <summary>The bytes of the segments that are full.</summary>
    public long FullBytes { get; private set; }

    /// <summary>The oldest position that is still here.</summary>
    public long Start => First is { Count: > 0 } first ? first[0].Offset : Next;

    public long Append(in OutboundRecord record, long timeMs, bool holes)
    {
        var length = record.Body.Length + record.KeyBytes.Length + record.Headers.Bytes.Length;
        if (_last is null || !_last.HasRoom(length)) Roll(length);
        var offset = Next;
        _last!.Append(record, offset, timeMs);

        // Every third record is followed by one to three positions that never hold one.
        Next = offset + 1 + (holes && offset % 3 == 0 ? 1 + (offset % 9 / 3) : 0);
        return offset;
    }

    /// <summary>Whether the first segment is full and wholly below a position.</summary>
    public bool CanDropFirst(long below) => First is { Next: not null } first && first.End <= below;

    public void DropFirst()
    {
        var dropped = First!;
        First = dropped.Next;
        FullBytes -= dropped.Bytes;
        dropped.Drop();
    }

    /// <summary>The bytes of the full segments that lie wholly below a position.</summary>
    public long BytesBelow(long position)
    {
        if (_last is null || position >= _last[0].Offset) return FullBytes;
        long bytes = 0;
        for (var segment = First; segment is { Next: not null } && segment.End <= position; segment = segment.Next)
            bytes += segment.Bytes;
        return bytes;
    }

    /// <summary>The position of the first record at a time or after it.</summary>
    public long FindTime(long timeMs)
    {
        for (var segment = First; segment is not null; segment = segment.Next)
        {
            for (var i = 0; i < segment.Count; i++)
            {
                if (segment[i].TimeMs >= timeMs) return segment[i].Offset;
            }
        }

        return Next;
    }

    private void Roll(int length)
    {
        var segment = pool.Rent(_last is null, length);
        if (_last is null) First = segment;
        else
        {
            _last.Next = segment;
            FullBytes += _last.Bytes;
        }

        _last = segment;
    }
}
