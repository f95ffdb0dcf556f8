using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Envelope;

/// <summary>
/// One received event, its envelope understood and its data still bytes. A field of the engine's slot, filled in place by <see cref="EnvelopeDecoder"/>
/// again and again. It refers to the record's memory, and is readable as long as that is valid. Texts are made on request.
/// </summary>
internal struct DecodedEvent
{
    /// <summary>The reason of a dead letter whose record was no event.</summary>
    internal const string UndecodableEnvelope = "undecodable-envelope";

    private EnvelopeDecoder? _decoder;
    private StructuredReader? _structured;
    private EnvelopeShape? _shape;
    private HeaderBlock _headers;
    private byte[]? _type;
    private RecordRef _record;
    private long _brokerTimeMs;
    private int _contentTypeAt;
    private bool _bare;
    private bool _percentEncoded;

    /// <summary>Attributes and transport headers; of a structured event a block that was made from its JSON, with the names of the binding.</summary>
    internal readonly HeaderBlock Headers => _headers;

    internal readonly CloudEventsBinding Binding => _decoder!.Names.Binding;

    /// <summary>The data: the record's body, or what was inside a structured one.</summary>
    internal ReadOnlyMemory<byte> Body { get; private set; }

    internal RecordFlags Flags { get; private set; }

    /// <summary>After <see cref="DecodeStatus.Undecodable"/>: what is wrong, for people. Never a byte of the data.</summary>
    internal string? Problem { get; private set; }

    /// <summary>The CloudEvents type, to look a handler up.</summary>
    internal readonly ReadOnlySpan<byte> TypeUtf8 => _type ?? _headers.WellKnown(CloudEventAttribute.Type);

    /// <summary>The content type of <see cref="Body"/>; empty when the event does not say.</summary>
    internal readonly ReadOnlySpan<byte> ContentTypeUtf8
        => HeaderLayout.TryRead(_headers.Bytes.Span, _contentTypeAt, out var entry, out _) ? entry.Value : default;

    /// <summary>The CloudEvents id; of a message that has none, its position, which is the same on every delivery.</summary>
    internal readonly string Id()
    {
        var id = _headers.WellKnown(CloudEventAttribute.Id);
        return id.IsEmpty ? _record.Position.ToEventPosition(_decoder!.Channel, _record.Owner?.Partition).ToString() : AttributeText(id);
    }

    internal readonly string Type() => _type is null ? AttributeText(TypeUtf8) : Encoding.UTF8.GetString(_type);

    /// <summary>The CloudEvents source; of a message that has none, a slash and the channel.</summary>
    internal readonly string Source()
    {
        var source = _headers.WellKnown(CloudEventAttribute.Source);
        return source.IsEmpty ? "/" + _decoder!.Channel : AttributeText(source);
    }

    internal readonly string? Subject()
    {
        foreach (var entry in _headers)
        {
            if (_decoder!.Names.TryGetAttribute(entry.Name, out var attribute) && attribute.SequenceEqual(Attributes.Subject))
                return AttributeText(entry.Value);
        }

        return null;
    }

    /// <summary>The CloudEvents time; without one the broker's.</summary>
    internal readonly DateTimeOffset Time()
        => Rfc3339.TryParse(_headers.WellKnown(CloudEventAttribute.Time), out var time) ? time : DateTimeOffset.FromUnixTimeMilliseconds(_brokerTimeMs);

    /// <summary>The payload transforms that the body went through.</summary>
    internal readonly bool TryGetCoding(out string coding)
    {
        coding = string.Empty;
        if (_bare || !_headers.TryGet(Attributes.Coding, out var value))
            return false;
        coding = Encoding.UTF8.GetString(value);
        return true;
    }

    /// <summary>Looks a header up as users see them: extensions without their prefix, and transport headers. Exact name first, then in any case.</summary>
    internal readonly bool TryGetHeader(string name, out string value) => UserHeaders.TryGet(this, _decoder!.Names, name, out value);

    /// <summary>The headers as users see them, each name once, the library's own left out.</summary>
    internal readonly List<KeyValuePair<string, string>> CopyHeaders() => UserHeaders.Copy(this, _decoder!.Names);

    /// <summary>The text of an attribute's value as it stands in <see cref="Headers"/>.</summary>
    internal readonly string AttributeText(ReadOnlySpan<byte> value)
    {
        if (!_percentEncoded || !value.ContainsAny((byte)'%', (byte)'"'))
            return Encoding.UTF8.GetString(value);
        var plain = new byte[value.Length];
        return Encoding.UTF8.GetString(plain, 0, PercentText.Decode(value, plain));
    }

    /// <summary>Lets go of the record's memory.</summary>
    internal void Clear()
    {
        _headers = default;
        _record = default;
        _type = null;
        Body = default;
        Problem = null;
    }

    /// <summary>A binary event that looks like the last one of this slot; false when it does not, or is not valid.</summary>
    internal bool TrySetLikeBefore(EnvelopeDecoder decoder, in InboundRecord record, ReadOnlySpan<byte> block)
    {
        if (_shape is not { } shape || !shape.Fits(decoder, block, out var bare))
            return false;
        Set(decoder, record, record.Headers, record.Body);
        _contentTypeAt = shape.ContentTypeAt;
        _bare = bare;
        _percentEncoded = false;
        _type = null;
        return true;
    }

    /// <summary>A binary event: its attributes are the record's headers.</summary>
    internal DecodeStatus SetBinary(EnvelopeDecoder decoder, in InboundRecord record, int contentTypeAt, bool inOrder = false, bool bare = false)
    {
        Set(decoder, record, record.Headers, record.Body);
        _contentTypeAt = contentTypeAt;
        _bare = bare;
        _percentEncoded = decoder.Names.Binding.PercentEncoded;
        _type = null;
        if (inOrder && !_percentEncoded)
            (_shape ??= new EnvelopeShape()).Learn(decoder, record.Headers.Bytes.Span, contentTypeAt);
        if (_percentEncoded && TypeUtf8.ContainsAny((byte)'%', (byte)'"'))
            _type = Encoding.UTF8.GetBytes(AttributeText(TypeUtf8));
        return DecodeStatus.Ok;
    }

    /// <summary>A message of a type that only the configuration, or its null body, knows. Attributes that it has are kept.</summary>
    internal DecodeStatus SetTyped(EnvelopeDecoder decoder, in InboundRecord record, int contentTypeAt, byte[] type)
    {
        SetBinary(decoder, record, contentTypeAt);
        _type = type;
        _record = record.Ref;
        return DecodeStatus.Ok;
    }

    /// <summary>A structured event, whose parts a reader has just taken out of the body.</summary>
    internal DecodeStatus SetStructured(EnvelopeDecoder decoder, in InboundRecord record, StructuredReader reader)
    {
        Set(decoder, record, reader.Headers, reader.Data);
        _contentTypeAt = reader.ContentTypeAt;
        _bare = false;
        _percentEncoded = false;
        _type = null;
        return DecodeStatus.Ok;
    }

    internal DecodeStatus SetUndecodable(string problem)
    {
        Clear();
        Problem = problem;
        return DecodeStatus.Undecodable;
    }

    /// <summary>This slot's reader of structured events, whose buffers hold what it read last.</summary>
    internal StructuredReader ReaderFor(EnvelopeDecoder decoder)
        => _structured is { } reader && ReferenceEquals(reader.Names, decoder.Names) ? reader : _structured = new StructuredReader(decoder.Names);

    private void Set(EnvelopeDecoder decoder, in InboundRecord record, HeaderBlock headers, ReadOnlyMemory<byte> body)
    {
        if (!ReferenceEquals(_decoder, decoder))
            _decoder = decoder;
        _headers = headers;
        _brokerTimeMs = record.BrokerTimeMs;
        Body = body;
        Flags = record.Flags;
        if (Problem is not null)
            Problem = null;
    }
}
