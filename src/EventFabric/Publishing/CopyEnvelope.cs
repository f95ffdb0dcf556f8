using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <summary>Makes a record of a record: dead letters and other copies, byte for byte.</summary>
internal sealed class CopyEnvelope : RecordEnvelope
{
    internal static readonly CopyEnvelope Instance = new();

    internal override void Write(in OutgoingEvent outgoing, CloudEventsBinding binding, BatchSlab slab, ref OutboundRecord record)
    {
        WriteIdentity(outgoing, slab, ref record);
        record.Body = KeepBody(outgoing, slab);
        record.Headers = new HeaderBlock(slab.Copy(outgoing.RawHeaders.Bytes.Span));
    }
}
