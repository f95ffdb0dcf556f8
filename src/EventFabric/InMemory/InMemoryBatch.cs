using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>Records that point into segments of the log: taken under the address's gate, and made records after it.</summary>
internal sealed class InMemoryBatch(SlotPool<InMemoryBatch> home) : InboundBatch
{
    private readonly SegmentSlices _slices = new();
    private InboundRecord[] _records = [];
    private int _filled;
    private int _max;
    private long _bytes;
    private long _maxBytes;

    public override ReadOnlySpan<InboundRecord> Records => _records.AsSpan(0, _filled);

    /// <summary>How many records are taken.</summary>
    public int Count { get; private set; }

    public bool HasRoom => Count < _max && (_bytes < _maxBytes || Count == 0);

    public void Begin(int max, long maxBytes)
    {
        _max = max;
        _maxBytes = maxBytes;
        LeaseEnds = long.MaxValue;
    }

    public void LeaseUntil(long timestamp) => LeaseEnds = timestamp;

    /// <summary>Takes a record. Under the gate.</summary>
    /// <param name="segment">Where it lies.</param>
    /// <param name="index">Its index there.</param>
    /// <param name="owner">The tenure in which it is handed over.</param>
    /// <param name="deliveryCount">How often it was, this time included; 0: not counted.</param>
    public void Take(Segment segment, int index, Ownership owner, int deliveryCount)
    {
        _bytes += segment[index].Length;
        Count++;
        _slices.Take(segment, index, owner, deliveryCount);
    }

    /// <summary>Makes the records of what was taken. Outside of the gate.</summary>
    public InMemoryBatch Fill()
    {
        if (_records.Length < Count) _records = new InboundRecord[Math.Max(Count, _records.Length * 2)];
        _slices.CopyTo(_records);
        _filled = Count;
        return this;
    }

    public override bool TryGetNative<T>(int index, [NotNullWhen(true)] out T? native)
        where T : default
    {
        native = typeof(T) == typeof(InMemoryRecord) ? (T)(object)RawRecords.FromInbound(Records[index]) : default;
        return native is not null;
    }

    public override void Recycle()
    {
        Array.Clear(_records, 0, _filled);
        _slices.Release();
        _filled = Count = 0;
        _bytes = 0;
        home.Put(this);
    }
}
