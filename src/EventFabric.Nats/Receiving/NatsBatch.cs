using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using EventFabric.Drivers;
using NATS.Client.Core;

namespace EventFabric.Nats.Receiving;

/// <summary>Records with their bytes in slabs. Filled by the thread that reads from the socket; what is more than the engine has room for is split off.</summary>
internal sealed class NatsBatch(BatchPool pool) : InboundBatch
{
    private readonly List<Slab> _slabs = [];
    private readonly HeaderReader _headers = new();
    private InboundRecord[] _records = new InboundRecord[64];
    private int _used;

    public override ReadOnlySpan<InboundRecord> Records => _records.AsSpan(0, Count);

    internal int Count { get; private set; }

    /// <summary>How much memory the batch holds, with what is free in it.</summary>
    internal long Held
    {
        get
        {
            long held = 0;
            foreach (var slab in _slabs)
                held += slab.Bytes.Length;
            return held;
        }
    }

    public override bool TryGetNative<T>(int index, [NotNullWhen(true)] out T? native)
        where T : default
    {
        if (typeof(T) == typeof(NatsMsg<byte[]>) && (uint)index < (uint)Count)
        {
            native = (T)(object)Native(index);
            return true;
        }

        native = default;
        return false;
    }

    public override void Recycle()
    {
        Array.Clear(_records, 0, Count);
        foreach (var slab in _slabs)
        {
            if (slab.Release())
                pool.Slabs.Return(slab.Bytes);
        }

        _slabs.Clear();
        (Count, _used) = (0, 0);
        LeaseEnds = long.MaxValue;
        pool.Return(this);
    }

    /// <summary>Takes a message over: nothing of it is the client's afterwards.</summary>
    internal void Add(in RecordRef reference, in AckSubject ack, in ReadOnlySequence<byte> headers, in ReadOnlySequence<byte> body)
    {
        if (Count == _records.Length)
            Array.Resize(ref _records, Count * 2);
        ref var record = ref _records[Count];
        record.Ref = reference;
        record.BrokerTimeMs = ack.TimeMs;
        record.DeliveryCount = reference.Owner.Index < 0 ? ack.Delivered : 0;
        record.Flags = ack.Delivered > 1 ? RecordFlags.Redelivered : RecordFlags.None;
        record.Body = Copy(body);
        var room = Reserve(HeaderReader.Room((int)headers.Length));
        _used += _headers.Read(headers, room, ref record);
        Count++;
    }

    /// <summary>Says until when the records are surely ours: before the batch is handed over.</summary>
    internal void SetLease()
    {
        LeaseEnds = long.MaxValue;
        foreach (ref readonly var record in Records)
            LeaseEnds = Math.Min(LeaseEnds, ((Delivery)record.Ref.Handle!).LeaseEnds);
    }

    /// <summary>What settling each record needs.</summary>
    internal RecordRef[] References()
    {
        var references = new RecordRef[Count];
        for (var i = 0; i < Count; i++)
            references[i] = _records[i].Ref;
        return references;
    }

    /// <summary>A batch with the first records; the others stay here, in their order.</summary>
    internal NatsBatch SplitOff(int count)
    {
        var first = pool.Rent();
        if (first._records.Length < count)
            first._records = new InboundRecord[count];
        Array.Copy(_records, first._records, count);
        first.Count = count;
        foreach (var slab in _slabs)
        {
            slab.Share();
            first._slabs.Add(slab);
        }

        Array.Copy(_records, count, _records, 0, Count - count);
        Array.Clear(_records, Count - count, count);
        Count -= count;
        LetGo();
        return first;
    }

    /// <summary>Takes records out whose partition is gone. The order of the others stays.</summary>
    internal void Remove(Ownership owner)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_records[i].Ref.Owner != owner)
                _records[kept++] = _records[i];
        }

        Array.Clear(_records, kept, Count - kept);
        Count = kept;
    }

    /// <summary>Leaves the slabs to the others that hold nothing of the records here: a batch that is never empty would keep all that it ever had.</summary>
    private void LetGo()
    {
        if (Count == 0 || !MemoryMarshal.TryGetArray(_records[0].Body, out var oldest))
            return;
        var unused = _slabs.FindIndex(slab => slab.Bytes == oldest.Array);
        for (var i = 0; i < unused; i++)
            _slabs[i].Release();
        if (unused > 0)
            _slabs.RemoveRange(0, unused);
    }

    private ReadOnlyMemory<byte> Copy(in ReadOnlySequence<byte> data)
    {
        var length = (int)data.Length;
        var place = Reserve(length);
        data.CopyTo(place.Span);
        _used += length;
        return place[..length];
    }

    private Memory<byte> Reserve(int length)
    {
        if (_slabs.Count == 0 || _slabs[^1].Bytes.Length - _used < length)
        {
            _slabs.Add(new Slab(pool.Slabs.Rent(length)));
            _used = 0;
        }

        return _slabs[^1].Bytes.AsMemory(_used, length);
    }

    private NatsMsg<byte[]> Native(int index)
    {
        ref readonly var record = ref _records[index];
        var delivery = (Delivery)record.Ref.Handle!;
        var headers = new NatsHeaders(caseSensitive: true);
        foreach (var entry in record.Headers)
        {
            var (name, value) = (System.Text.Encoding.UTF8.GetString(entry.Name), System.Text.Encoding.UTF8.GetString(entry.Value));
            headers[name] = headers.TryGetValue(name, out var known) ? Microsoft.Extensions.Primitives.StringValues.Concat(known, value) : value;
        }

        return new NatsMsg<byte[]>(delivery.Subject, delivery.Reply, record.Body.Length, headers, record.Body.ToArray(), pool.Connection, default);
    }
}
