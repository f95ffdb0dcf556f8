using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>
/// Records that point into segments of the log. Stretches are taken under the address's gate, and made records after it: what lies in a segment does not
/// change while the batch holds a reference to it.
/// </summary>
internal sealed class InMemoryBatch(SlotPool<InMemoryBatch> home) : InboundBatch
{
    private InboundRecord[] _records = [];
    private Stretch[] _stretches = new Stretch[4];
    private int _stretchCount;
    private int _filled;
    private long _bytes;
    private long _maxBytes;
    private int _max;

    public override ReadOnlySpan<InboundRecord> Records => _records.AsSpan(0, _filled);

    /// <summary>How many records are taken.</summary>
    public int Count { get; private set; }

    public bool HasRoom => Count < _max && (_bytes < _maxBytes || Count == 0);

    public void Begin(int max, long maxBytes, long leaseEnds)
    {
        _max = max;
        _maxBytes = maxBytes;
        LeaseEnds = leaseEnds;
    }

    /// <summary>Takes the record at a place. Under the gate.</summary>
    /// <param name="segment">Where it lies.</param>
    /// <param name="index">Its index there.</param>
    /// <param name="owner">The tenure in which it is handed over.</param>
    /// <param name="deliveryCount">How often it was, this time included; 0: not counted.</param>
    public void Take(Segment segment, int index, Ownership owner, int deliveryCount)
    {
        ref readonly var entry = ref segment[index];
        _bytes += entry.BodyLength + entry.KeyLength + entry.HeaderLength;
        Count++;
        if (_stretchCount > 0)
        {
            ref var last = ref _stretches[_stretchCount - 1];
            if (ReferenceEquals(last.Segment, segment) && last.End == index && ReferenceEquals(last.Owner, owner) && last.DeliveryCount == deliveryCount)
            {
                last.End++;
                return;
            }
        }

        if (_stretchCount == _stretches.Length) Array.Resize(ref _stretches, _stretchCount * 2);
        segment.AddReference();
        _stretches[_stretchCount++] = new Stretch { Segment = segment, Start = index, End = index + 1, Owner = owner, DeliveryCount = deliveryCount };
    }

    /// <summary>Makes the records of what was taken. Outside of the gate.</summary>
    public InMemoryBatch Fill()
    {
        if (_records.Length < Count) _records = new InboundRecord[Math.Max(Count, _records.Length * 2)];
        foreach (ref readonly var stretch in _stretches.AsSpan(0, _stretchCount))
        {
            var handle = DeliveryHandle.Of(stretch.DeliveryCount);
            var redelivered = stretch.DeliveryCount > 1 ? RecordFlags.Redelivered : RecordFlags.None;
            for (var i = stretch.Start; i < stretch.End; i++)
            {
                ref readonly var entry = ref stretch.Segment[i];
                ref var record = ref _records[_filled++];
                record.Body = stretch.Segment.Body(entry);
                record.Key = stretch.Segment.Key(entry);
                record.Headers = stretch.Segment.Headers(entry);
                record.Ref = new RecordRef(stretch.Owner, new RecordPosition(stretch.Owner.Index, entry.Offset, 0, null), handle);
                record.BrokerTimeMs = entry.TimeMs;
                record.DeliveryCount = stretch.DeliveryCount;
                record.Flags = entry.Flags | redelivered;
            }
        }

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
        foreach (ref var stretch in _stretches.AsSpan(0, _stretchCount)) stretch.Segment.Release();
        Array.Clear(_stretches, 0, _stretchCount);
        _stretchCount = _filled = Count = 0;
        _bytes = 0;
        home.Put(this);
    }

    private struct Stretch
    {
        public Segment Segment;
        public Ownership Owner;
        public int Start;
        public int End;
        public int DeliveryCount;
    }
}
