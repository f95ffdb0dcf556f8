using System.Buffers;
using System.Text;
using EventFabric.Drivers;
using EventFabric.Serialization;

namespace EventFabric.Envelope;

/// <summary>
/// Writes the CloudEvents 1.0 envelope of one event type on one channel: in headers (binary mode), or around the body (structured mode). One for each
/// type and channel; immutable, thread-safe.
/// </summary>
internal sealed class EnvelopeEncoder
{
    private readonly EventTypeEntry _entry;
    private readonly BindingNames _names;
    private readonly byte[] _contentType;
    private readonly byte[] _type;
    private readonly byte[] _source;
    private readonly byte[] _plainSource;
    private readonly byte[] _template;
    private readonly int _idAt;
    private readonly int _timeAt;

    /// <summary>Prepares the envelope.</summary>
    /// <param name="entry">The event type.</param>
    /// <param name="source">The CloudEvents source.</param>
    /// <param name="binding">How the broker's records carry attributes.</param>
    /// <param name="mode">The channel's content mode; null: binary, where the broker has headers.</param>
    internal EnvelopeEncoder(EventTypeEntry entry, string source, CloudEventsBinding binding, ContentMode? mode)
    {
        _entry = entry;
        _names = new BindingNames(binding);
        _contentType = Encoding.UTF8.GetBytes(entry.ContentType);
        _type = OnWire(entry.NameUtf8);
        _plainSource = Encoding.UTF8.GetBytes(source);
        _source = OnWire(_plainSource);

        // A tombstone is a null body, which only binary mode has (Kafka protocol binding for CloudEvents 1.0, section 3.2.2).
        IsStructured = binding.StructuredOnly || (mode == ContentMode.Structured && !entry.IsTombstone);
        _template = IsStructured ? [] : MakeTemplate(out _idAt, out _timeAt);
    }

    /// <summary>Whether the attributes are in the body. Then <see cref="WriteTemplate"/> cannot be used.</summary>
    internal bool IsStructured { get; }

    /// <summary>Whether the record has a null body: a tombstone in binary mode.</summary>
    internal bool HasNullBody => _entry.IsTombstone && !IsStructured;

    /// <summary>What <see cref="WriteTemplate"/> writes, in bytes.</summary>
    internal int MaxTemplateLength => _template.Length;

    /// <summary>The fast path: an event without subject and headers, whose id is a Guid and whose time is now. Copies the template and patches both.</summary>
    internal HeaderBlock WriteTemplate(Memory<byte> destination, Guid id, long unixMilliseconds, out int written)
    {
        var block = destination[.._template.Length];
        var bytes = block.Span;
        _template.CopyTo(bytes);
        id.TryFormat(bytes[_idAt..], out _);
        Rfc3339.WriteMilliseconds(unixMilliseconds, bytes[_timeAt..]);
        written = block.Length;
        return new HeaderBlock(block);
    }

    /// <summary>Appends the headers of any event to a block that was just begun. In structured mode these are the transport headers only.</summary>
    internal void Write(HeaderWriter writer, in OutboundAttributes attributes)
    {
        if (IsStructured)
            writer.Add(_names.StructuredContentType, MediaType.CloudEventsJson);
        else
            WriteAttributes(writer, attributes);

        Span<byte> name = stackalloc byte[128];
        Span<byte> value = stackalloc byte[256];
        foreach (var (key, text) in attributes.Headers ?? [])
        {
            var extension = HeaderRules.IsExtension(key);
            if (extension && IsStructured)
                continue;
            using var header = new Utf8Text(extension ? _names.Prefix : default, key, name);
            using var bytes = new Utf8Text(default, text, value, extension && _names.Binding.PercentEncoded);
            writer.Add(header.Bytes, bytes.Bytes);
        }

        if (attributes.Coding is { } coding)
            Add(writer, Attributes.Coding, coding, false);
    }

    /// <summary>Writes the body of a structured event around the serialized data.</summary>
    /// <exception cref="EventFabricException">The serializer of a JSON content type did not write JSON.</exception>
    internal void WriteStructuredBody(IBufferWriter<byte> output, in OutboundAttributes attributes, ReadOnlySpan<byte> data)
        => StructuredWriter.Write(output, _entry, _plainSource, attributes, data);

    private void WriteAttributes(HeaderWriter writer, in OutboundAttributes attributes)
    {
        var percentEncoded = _names.Binding.PercentEncoded;
        AddFixed(writer);
        Span<byte> text = stackalloc byte[256];
        if (attributes.Id.Utf8Length <= text.Length && attributes.Id.TryGetGuid(out _))
            writer.Add(_names.Id, text[..attributes.Id.Write(text)]);
        else
            Add(writer, _names.Id, attributes.Id.ToString(), percentEncoded);

        writer.Add(_names.Time, text[..WriteTime(attributes, text)]);
        if (attributes.Subject is { } subject)
            Add(writer, _names.Subject, subject, percentEncoded);
    }

    internal static int WriteTime(in OutboundAttributes attributes, Span<byte> to)
    {
        if (attributes.Time is { } time)
            return Rfc3339.Write(time, to);
        Rfc3339.WriteMilliseconds(attributes.UnixMilliseconds, to);
        return Rfc3339.MillisecondsLength;
    }

    /// <summary>The order of these headers is what <see cref="EnvelopeDecoder"/> is fast with; any order is understood.</summary>
    private void AddFixed(HeaderWriter writer)
    {
        writer.Add(_names.SpecVersion, Attributes.SupportedVersion);
        if (!_entry.IsTombstone)
            writer.Add(_names.ContentType, _contentType);
        writer.Add(_names.Type, _type);
        writer.Add(_names.Source, _source);
    }

    private byte[] OnWire(byte[] value)
    {
        if (!_names.Binding.PercentEncoded || !PercentText.NeedsEncoding(value))
            return value;
        var encoded = new byte[value.Length * 3];
        return encoded[..PercentText.Encode(value, encoded)];
    }

    private byte[] MakeTemplate(out int idAt, out int timeAt)
    {
        Span<byte> blank = stackalloc byte[36];
        blank.Fill((byte)'0');
        var writer = new HeaderWriter(_names.Binding);
        AddFixed(writer);
        writer.Add(_names.Id, blank);
        idAt = writer.Length - 36;
        writer.Add(_names.Time, blank[..Rfc3339.MillisecondsLength]);
        timeAt = writer.Length - Rfc3339.MillisecondsLength;
        return writer.ToBlock().Bytes.ToArray();
    }

    private static void Add(HeaderWriter writer, ReadOnlySpan<byte> name, string text, bool percentEncoded)
    {
        Span<byte> stack = stackalloc byte[256];
        using var value = new Utf8Text(default, text, stack, percentEncoded);
        writer.Add(name, value.Bytes);
    }
}
