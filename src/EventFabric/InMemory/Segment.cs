using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>Where a record lies in a <see cref="Segment"/>: body, key and headers, one behind the other.</summary>
internal struct SegmentEntry
{
    public long Offset;
    public long TimeMs;
    public int Start;
    public int BodyLength;
    public int KeyLength;
    public int HeaderLength;
    public RecordFlags Flags;

    public readonly int Length => BodyLength + KeyLength + HeaderLength;
}

/// <summary>
/// A stretch of a partition: one slab with the bytes of its records, and their table. Appended to under the address's gate. Batches that point into it count as
/// references, and it is used again when the log has dropped it and the last of them has come back.
/// </summary>
internal sealed class Segment(SegmentPool home, int bytes, int records)
{
    private const int MaxPrefetchBytes = 512;
    private readonly byte[] _slab = GC.AllocateUninitializedArray<byte>(bytes);
    private readonly SegmentEntry[] _entries = new SegmentEntry[records];
    private int _references;
    private int _used;

    public SegmentPool Home => home;

    public int Bytes => _slab.Length;

    public int Count { get; private set; }

    public Segment? Next { get; set; }

    /// <summary>Goes up when the log drops the segment, so that a cursor that still points here sees that it is stale.</summary>
    public int Generation { get; private set; }

    /// <summary>One behind the last position; 0 when empty.</summary>
    public long End => Count == 0 ? 0 : _entries[Count - 1].Offset + 1;

    public ref readonly SegmentEntry this[int index] => ref _entries[index];

    public void Open()
    {
        Count = 0;
        _used = 0;
        Next = null;
        _references = 1;
    }

    public bool HasRoom(int length) => Count < _entries.Length && length <= _slab.Length - _used;

    public void Append(in OutboundRecord record, long offset, long timeMs)
    {
        ref var entry = ref _entries[Count];
        entry.Offset = offset;
        entry.TimeMs = timeMs;
        entry.Start = _used;
        entry.BodyLength = record.Body.Length;
        entry.KeyLength = record.KeyBytes.Length;
        entry.HeaderLength = record.Headers.Bytes.Length;
        entry.Flags = record.Flags;
        var target = _slab.AsSpan(_used);
        record.Body.Span.CopyTo(target);
        record.KeyBytes.Span.CopyTo(target[entry.BodyLength..]);
        record.Headers.Bytes.Span.CopyTo(target[(entry.BodyLength + entry.KeyLength)..]);
        _used += entry.Length;
        Count++;

        // The next record is likely to be about as long.
        Prefetch.Ahead(_slab, _used, Math.Min(entry.Length + 128, MaxPrefetchBytes));
        Prefetch.Ahead(_entries, Count, 1);
    }

    public ReadOnlyMemory<byte> Body(in SegmentEntry entry) => new(_slab, entry.Start, entry.BodyLength);

    public ReadOnlyMemory<byte> Key(in SegmentEntry entry) => new(_slab, entry.Start + entry.BodyLength, entry.KeyLength);

    public HeaderBlock Headers(in SegmentEntry entry) =>
        new(new ReadOnlyMemory<byte>(_slab, entry.Start + entry.BodyLength + entry.KeyLength, entry.HeaderLength));

    /// <summary>The index of the first record at a position or behind it; <see cref="Count"/> when there is none.</summary>
    public int IndexOf(long offset)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_entries[middle].Offset < offset) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Gives a batch's reference back. Any thread.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0) home.Return(this);
    }

    /// <summary>Takes the segment out of the log. Under the gate.</summary>
    public void Drop()
    {
        Generation++;
        Release();
    }
}
