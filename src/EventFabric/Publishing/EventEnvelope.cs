using EventFabric.Drivers;
using EventFabric.Envelope;
using EventFabric.Serialization;

namespace EventFabric.Publishing;

/// <summary>
/// Makes records of events of one type on one channel. How the broker lays them out is known once the channel is open: so it is asked under the lock
/// of the channel, which also guards the writers in here.
/// </summary>
internal sealed class EventEnvelope(EventTypeEntry entry, string source, ContentMode? mode) : RecordEnvelope
{
    private CloudEventsBinding? _binding;
    private EnvelopeEncoder? _encoder;
    private HeaderWriter? _headers;

    internal override void Write(in OutgoingEvent outgoing, CloudEventsBinding binding, BatchSlab slab, ref OutboundRecord record)
    {
        var encoder = ReferenceEquals(binding, _binding) ? _encoder! : Prepare(binding);
        WriteIdentity(outgoing, slab, ref record);
        if (outgoing.IsPlain && entry.Coding is null && !encoder.IsStructured && outgoing.Id.TryGetGuid(out var id))
        {
            var length = encoder.MaxTemplateLength;
            record.Headers = encoder.WriteTemplate(slab.Reserve(length), id, outgoing.UnixMilliseconds, out _);
            record.Body = KeepBody(outgoing, slab);
        }
        else
        {
            WriteAny(encoder, outgoing, slab, ref record);
        }

        if (encoder.HasNullBody)
            record.Flags |= RecordFlags.NullBody;
    }

    private void WriteAny(EnvelopeEncoder encoder, in OutgoingEvent outgoing, BatchSlab slab, ref OutboundRecord record)
    {
        var attributes = new OutboundAttributes
        {
            Id = outgoing.Id,
            UnixMilliseconds = outgoing.UnixMilliseconds,
            Time = outgoing.Options?.Time,
            Subject = outgoing.Options?.Subject,
            Key = outgoing.HasKey ? outgoing.Key : null,
            Headers = outgoing.Headers,
            Coding = entry.Coding,
        };
        var headers = _headers!;
        headers.Begin();
        encoder.Write(headers, attributes);
        record.Headers = new HeaderBlock(slab.Copy(headers.Block.Bytes.Span));
        if (!encoder.IsStructured)
        {
            record.Body = KeepBody(outgoing, slab);
            return;
        }

        using var body = new PooledBuffer();
        encoder.WriteStructuredBody(body, attributes, outgoing.Body.Span);
        record.Body = slab.Copy(body.Written.Span);
    }

    private EnvelopeEncoder Prepare(CloudEventsBinding binding)
    {
        _binding = binding;
        _headers = new HeaderWriter(binding);
        return _encoder = new EnvelopeEncoder(entry, source, binding, mode);
    }
}
