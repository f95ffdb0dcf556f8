using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <summary>Makes records of events: one for each event type and channel. Called under the channel's lock; runs no foreign code.</summary>
internal abstract class RecordEnvelope
{
    /// <summary>The key's bytes, where it is not text; empty otherwise.</summary>
    internal virtual ReadOnlyMemory<byte> KeyBytes => default;

    /// <summary>Fills a record, with its memory in the slab.</summary>
    internal abstract void Write(in OutgoingEvent outgoing, CloudEventsBinding binding, BatchSlab slab, ref OutboundRecord record);

    /// <summary>The envelope of an event that outlives the call that it came with.</summary>
    internal virtual RecordEnvelope Own() => this;

    /// <summary>The parts that every record has: key, id, flags.</summary>
    private protected void WriteIdentity(in OutgoingEvent outgoing, BatchSlab slab, ref OutboundRecord record)
    {
        record.Id = outgoing.Id;
        record.Flags = outgoing.Flags;
        record.Key = outgoing.Key;
        if (outgoing.Key is { Length: > 0 } key)
        {
            var target = slab.Reserve(Encoding.UTF8.GetMaxByteCount(key.Length));
            record.KeyBytes = slab.Trim(target, Encoding.UTF8.GetBytes(key, target.Span));
        }
        else
        {
            record.KeyBytes = slab.Copy(KeyBytes.Span);
        }
    }

    private protected static ReadOnlyMemory<byte> KeepBody(in OutgoingEvent outgoing, BatchSlab slab) =>
        outgoing.OwnsBody ? outgoing.Body : slab.Copy(outgoing.Body.Span);
}
