using System.Diagnostics.CodeAnalysis;
using System.Text;
using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Receiving;

/// <summary>Records that were received together, over slabs of their bytes. Filled on the poll thread, recycled on any.</summary>
internal sealed class KafkaBatch(BatchPool pool) : InboundBatch
{
    private readonly List<byte[]> _full = [];
    private readonly HeaderWriter _headers = new(KafkaTraits.Binding);
    private InboundRecord[] _records = new InboundRecord[64];
    private Message<Slice, Slice>[] _native = new Message<Slice, Slice>[64];
    private byte[] _slab = [];
    private int _used;

    public override ReadOnlySpan<InboundRecord> Records => _records.AsSpan(0, Count);

    internal int Count { get; private set; }

    internal long Bytes { get; private set; }

    public override bool TryGetNative<T>(int index, [NotNullWhen(true)] out T? native)
        where T : default
    {
        if (typeof(T) == typeof(ConsumeResult<byte[], byte[]>) && (uint)index < (uint)Count)
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
        Array.Clear(_native, 0, Count);
        foreach (var slab in _full)
            pool.Slabs.Return(slab);
        _full.Clear();
        (Count, Bytes, _used) = (0, 0, 0);
        pool.Return(this);
    }

    /// <summary>A place of its own for some bytes.</summary>
    internal ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> data)
    {
        var place = Reserve(data.Length);
        data.CopyTo(place.Span);
        _used += data.Length;
        return place;
    }

    internal void Add(ConsumeResult<Slice, Slice> result, Ownership owner)
    {
        if (Count == _records.Length)
        {
            Array.Resize(ref _records, Count * 2);
            Array.Resize(ref _native, Count * 2);
        }

        var message = result.Message;
        ref var record = ref _records[Count];
        record.Body = message.Value.Bytes;
        record.Key = message.Key.Bytes;
        record.Flags = (message.Value.IsNull ? RecordFlags.NullBody : RecordFlags.None) | (message.Key.IsNull ? RecordFlags.None : RecordFlags.HasKey);
        record.Headers = message.Headers is { Count: > 0 } headers ? Write(headers) : default;
        record.Ref = new RecordRef(owner, new RecordPosition(result.Partition, result.Offset, 0, null), null);
        record.BrokerTimeMs = message.Timestamp.Type == TimestampType.NotAvailable ? 0 : message.Timestamp.UnixTimestampMs;
        _native[Count++] = message;
        Bytes += record.Body.Length + record.Key.Length + record.Headers.Bytes.Length;
    }

    /// <summary>Takes records out again whose partition is being given up. The order of the others stays.</summary>
    internal void Remove(Predicate<Ownership> leaves)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (leaves(_records[i].Ref.Owner))
                continue;
            (_records[kept], _native[kept]) = (_records[i], _native[i]);
            kept++;
        }

        Array.Clear(_records, kept, Count - kept);
        Array.Clear(_native, kept, Count - kept);
        Count = kept;
    }

    private ConsumeResult<byte[], byte[]> Native(int index)
    {
        ref readonly var record = ref _records[index];
        var position = record.Ref.Position;
        return new ConsumeResult<byte[], byte[]>
        {
            Topic = pool.Topic,
            Partition = position.Partition,
            Offset = position.Major,
            Message = new Message<byte[], byte[]>
            {
                Key = (record.Flags & RecordFlags.HasKey) != 0 ? record.Key.ToArray() : null!,
                Value = (record.Flags & RecordFlags.NullBody) == 0 ? record.Body.ToArray() : null!,
                Headers = _native[index].Headers,
                Timestamp = _native[index].Timestamp,
            },
        };
    }

    private HeaderBlock Write(Headers headers)
    {
        // By index: an enumerator of this list is an object.
        var list = headers.BackingList;
        var length = 8;
        for (var i = 0; i < list.Count; i++)
            length += 6 + Encoding.UTF8.GetMaxByteCount(list[i].Key.Length) + (list[i].GetValueBytes()?.Length ?? 0);
        _headers.Begin(Reserve(length));
        for (var i = 0; i < list.Count; i++)
        {
            var value = list[i].GetValueBytes();
            // A name that is longer than a block can hold is left out: it is none of CloudEvents', and no handler could ask for it.
            _headers.TryAdd(pool.Names.Utf8(i, list[i].Key), value, value is null);
        }

        var block = _headers.Block;
        _used += block.Bytes.Length;
        return block;
    }

    private Memory<byte> Reserve(int length)
    {
        if (_slab.Length - _used < length || _full.Count == 0)
        {
            _slab = pool.Slabs.Rent(length);
            _full.Add(_slab);
            _used = 0;
        }

        return _slab.AsMemory(_used, length);
    }
}
