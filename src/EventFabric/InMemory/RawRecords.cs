using System.Text;
using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>Records between the store's form and that of its raw client.</summary>
internal static class RawRecords
{
    public static OutboundRecord ToOutbound(InMemoryRecord record)
    {
        var headers = new HeaderWriter(InMemoryTraits.Binding);
        foreach (var (name, value) in record.Headers)
        {
            if (value is null) headers.AddNull(Encoding.UTF8.GetBytes(name));
            else headers.Add(Encoding.UTF8.GetBytes(name), value);
        }

        return new OutboundRecord
        {
            Body = record.Body,
            KeyBytes = record.Key,
            Headers = headers.Block,
            Flags = (record.Body is null ? RecordFlags.NullBody : 0) | (record.Key is null ? 0 : RecordFlags.HasKey),
        };
    }

    public static InMemoryRecord FromStored(Segment segment, in SegmentEntry entry, int partition) =>
        Make(segment.Body(entry), segment.Key(entry), segment.Headers(entry), entry.Flags, partition, entry.Offset);

    public static InMemoryRecord FromInbound(in InboundRecord record) =>
        Make(record.Body, record.Key, record.Headers, record.Flags, record.Ref.Position.Partition, record.Ref.Position.Major);

    private static InMemoryRecord Make(
        ReadOnlyMemory<byte> body,
        ReadOnlyMemory<byte> key,
        HeaderBlock headers,
        RecordFlags flags,
        int partition,
        long offset)
    {
        var pairs = new List<KeyValuePair<string, byte[]>>();
        foreach (var header in headers)
            pairs.Add(new KeyValuePair<string, byte[]>(Encoding.UTF8.GetString(header.Name), header.IsNull ? null! : header.Value.ToArray()));
        return new InMemoryRecord(
            (flags & RecordFlags.HasKey) != 0 ? key.ToArray() : null,
            (flags & RecordFlags.NullBody) != 0 ? null : body.ToArray(),
            pairs,
            partition,
            offset);
    }
}
