using System.Text;
using System.Text.Unicode;
using EventFabric.Drivers;

namespace EventFabric.Envelope;

/// <summary>
/// Understands the envelope of received records: CloudEvents 1.0 in binary or structured mode, tombstones, and messages of other producers where the
/// channel names a type for them. One for each subscription; immutable, thread-safe.
/// </summary>
internal sealed class EnvelopeDecoder
{
    private readonly byte[]? _foreignType;
    private readonly byte[] _start;

    /// <summary>Prepares a decoder.</summary>
    /// <param name="binding">How the broker's records carry attributes.</param>
    /// <param name="foreignType">The type of messages without attributes (<c>Channels:{channel}:ForeignType</c>); null: they are undecodable.</param>
    /// <param name="channel">The channel's name.</param>
    internal EnvelopeDecoder(CloudEventsBinding binding, string? foreignType, string channel)
    {
        Names = new BindingNames(binding);
        Channel = channel;
        _foreignType = foreignType is null ? null : Encoding.UTF8.GetBytes(foreignType);
        _start = new byte[HeaderLayout.EntryHead + Names.SpecVersion.Length + Attributes.SupportedVersion.Length];
        HeaderLayout.Write(_start, Names.SpecVersion, Attributes.SupportedVersion, isNull: false);
    }

    internal BindingNames Names { get; }

    internal string Channel { get; }

    /// <summary>Fills <paramref name="into"/> from a record, which must stay valid as long as it is used. A binary event allocates nothing.</summary>
    internal DecodeStatus Decode(in InboundRecord record, ref DecodedEvent into)
    {
        var block = record.Headers.Bytes.Span;
        if ((record.Flags & (RecordFlags.NullBody | RecordFlags.HasKey)) == (RecordFlags.NullBody | RecordFlags.HasKey))
            return into.SetTyped(this, record, 0, Attributes.Tombstone);

        if (into.TrySetLikeBefore(this, record, block))
            return DecodeStatus.Ok;

        // Events that EnvelopeEncoder wrote begin with the version and the content type: nothing needs to be searched.
        var contentTypeAt = HeaderLayout.IndexLength + _start.Length;
        if (block.Length > contentTypeAt
            && block.Slice(HeaderLayout.IndexLength, _start.Length).SequenceEqual(_start)
            && HeaderLayout.TryRead(block, contentTypeAt, out var contentType, out var length)
            && contentType.Name.SequenceEqual(Names.ContentType)
            && !MediaType.IsCloudEvents(contentType.Value))
            return DecodeBinary(record, block, contentTypeAt, contentTypeAt + length, ref into);

        return Search(record, ref into);
    }

    private DecodeStatus DecodeBinary(in InboundRecord record, ReadOnlySpan<byte> block, int contentTypeAt, int next, ref DecodedEvent into)
    {
        if (!TryRead(block, CloudEventAttribute.Type, ref next, out var type) || type.IsEmpty)
            return into.SetUndecodable(Missing("type"));
        if (!TryRead(block, CloudEventAttribute.Source, ref next, out var source) || source.IsEmpty)
            return into.SetUndecodable(Missing("source"));
        if (!TryRead(block, CloudEventAttribute.Id, ref next, out var id) || id.IsEmpty)
            return into.SetUndecodable(Missing("id"));
        if (!Utf8.IsValid(id) || !Utf8.IsValid(source))
            return into.SetUndecodable("The CloudEvents attribute id or source is no valid UTF-8.");
        if (TryRead(block, CloudEventAttribute.Time, ref next, out var time) && !Rfc3339.IsValid(time))
            return into.SetUndecodable("The CloudEvents attribute time is no RFC 3339 date-time.");
        return into.SetBinary(this, record, contentTypeAt, inOrder: next > 0, bare: next == block.Length);
    }

    /// <summary>
    /// Reads an indexed attribute. <paramref name="next"/> follows as long as each stands behind the one before, so that at the end it equals the
    /// block's length only if there is nothing else.
    /// </summary>
    private static bool TryRead(ReadOnlySpan<byte> block, CloudEventAttribute attribute, ref int next, out ReadOnlySpan<byte> value)
    {
        var at = HeaderLayout.OffsetOf(block, attribute);
        var found = HeaderLayout.TryRead(block, at, out var entry, out var length);
        value = entry.Value;
        next = found && at == next ? at + length : -1;
        return found;
    }

    private DecodeStatus Search(in InboundRecord record, ref DecodedEvent into)
    {
        ReadOnlySpan<byte> version = default;
        ReadOnlySpan<byte> structured = default;
        var (hasVersion, hasAttributes, contentTypeAt, at) = (false, false, 0, HeaderLayout.IndexLength);
        var block = record.Headers.Bytes.Span;
        while (HeaderLayout.TryRead(block, at, out var entry, out var length))
        {
            if (Names.TryGetAttribute(entry.Name, out var attribute) && attribute.SequenceEqual(Attributes.SpecVersion))
            {
                version = hasVersion ? version : entry.Value;
                hasVersion = true;
            }

            if (contentTypeAt == 0 && entry.Name.SequenceEqual(Names.ContentType))
                contentTypeAt = at;
            if (structured.IsEmpty && MediaType.IsCloudEvents(entry.Value) && MediaType.EqualsIgnoreCase(entry.Name, Names.StructuredContentType))
                structured = entry.Value;
            hasAttributes |= attribute.SequenceEqual(Attributes.Id) || attribute.SequenceEqual(Attributes.Type) || attribute.SequenceEqual(Attributes.Source);
            at += length;
        }

        if (!structured.IsEmpty)
        {
            return MediaType.EqualsIgnoreCase(MediaType.Essence(structured), MediaType.CloudEventsJson)
                ? DecodeStructured(record, ref into)
                : into.SetUndecodable("The body is a CloudEvents format that is not supported: only application/cloudevents+json is, with one event in a record.");
        }

        if (hasVersion)
        {
            return version.SequenceEqual(Attributes.SupportedVersion)
                ? DecodeBinary(record, block, contentTypeAt, -1, ref into)
                : into.SetUndecodable("The CloudEvents attribute specversion is not 1.0.");
        }

        if (hasAttributes)
            return into.SetUndecodable(Missing("specversion"));
        if (Names.Binding.StructuredOnly && StructuredReader.IsEvent(record.Body.Span))
            return DecodeStructured(record, ref into);
        return _foreignType is not null
            ? into.SetTyped(this, record, contentTypeAt, _foreignType)
            : into.SetUndecodable(
                $"The record has no CloudEvents attributes. Set EventFabric:Channels:{Channel}:ForeignType to the event type of such messages, if they are expected.");
    }

    private DecodeStatus DecodeStructured(in InboundRecord record, ref DecodedEvent into)
    {
        var reader = into.ReaderFor(this);
        return reader.Read(record) is { } problem ? into.SetUndecodable(problem) : into.SetStructured(this, record, reader);
    }

    private static string Missing(string attribute) => $"The CloudEvents attribute {attribute} is missing or empty.";
}
