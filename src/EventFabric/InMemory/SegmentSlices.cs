using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>Stretches of segments that one batch points into. Each holds a reference, so that its bytes stay as they are until <see cref="Release"/>.</summary>
internal sealed class SegmentSlices
{
    private Slice[] _slices = new Slice[4];
    private int _count;

    /// <summary>Takes the record at a place. Under the gate.</summary>
    public void Take(Segment segment, int index, Ownership owner, int deliveryCount)
    {
        if (_count > 0)
        {
            ref var last = ref _slices[_count - 1];
            if (ReferenceEquals(last.Segment, segment) && last.End == index && ReferenceEquals(last.Owner, owner) && last.DeliveryCount == deliveryCount)
            {
                last.End++;
                return;
            }
        }

        if (_count == _slices.Length) Array.Resize(ref _slices, _count * 2);
        segment.AddReference();
        _slices[_count++] = new Slice { Segment = segment, Start = index, End = index + 1, Owner = owner, DeliveryCount = deliveryCount };
    }

    /// <summary>Makes records of what was taken. Outside of the gate.</summary>
    public void CopyTo(Span<InboundRecord> records)
    {
        var next = 0;
        foreach (ref readonly var slice in _slices.AsSpan(0, _count))
        {
            var handle = DeliveryHandle.Of(slice.DeliveryCount);
            var redelivered = slice.DeliveryCount > 1 ? RecordFlags.Redelivered : RecordFlags.None;
            for (var i = slice.Start; i < slice.End; i++)
            {
                ref readonly var entry = ref slice.Segment[i];
                ref var record = ref records[next++];
                record.Body = slice.Segment.Body(entry);
                record.Key = slice.Segment.Key(entry);
                record.Headers = slice.Segment.Headers(entry);
                record.Ref = new RecordRef(slice.Owner, new RecordPosition(slice.Owner.Index, entry.Offset, 0, null), handle);
                record.BrokerTimeMs = entry.TimeMs;
                record.DeliveryCount = slice.DeliveryCount;
                record.Flags = entry.Flags | redelivered;
            }
        }
    }

    /// <summary>Gives the references back. Any thread.</summary>
    public void Release()
    {
        foreach (ref var slice in _slices.AsSpan(0, _count)) slice.Segment.Release();
        Array.Clear(_slices, 0, _count);
        _count = 0;
    }

    private struct Slice
    {
        public Segment Segment;
        public Ownership Owner;
        public int Start;
        public int End;
        public int DeliveryCount;
    }
}
