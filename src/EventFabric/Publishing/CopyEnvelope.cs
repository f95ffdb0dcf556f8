using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <summary>Makes a record of a record: dead letters and other copies, byte for byte. One for each record.</summary>
internal sealed class CopyEnvelope(ReadOnlyMemory<byte> key, HeaderBlock headers, string? dedupId) : RecordEnvelope
{
    internal override ReadOnlyMemory<byte> KeyBytes => key;

    internal override void Write(in OutgoingEvent outgoing, CloudEventsBinding binding, BatchSlab slab, ref OutboundRecord record)
    {
        WriteIdentity(outgoing, slab, ref record);
        record.DedupId = dedupId;
        record.Body = KeepBody(outgoing, slab);
        record.Headers = new HeaderBlock(slab.Copy(headers.Bytes.Span));
    }

    internal override RecordEnvelope Own() => new CopyEnvelope(key.ToArray(), new HeaderBlock(headers.Bytes.ToArray()), dedupId);
}
