using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using EventFabric.Drivers;

namespace EventFabric.Envelope;

/// <summary>
/// Takes a structured event (CloudEvents 1.0, JSON event format) apart: attributes into a header block, data as bytes. Its buffers are used again for
/// the next event. Whatever is against the format, or larger than its bounds, is a problem in words; nothing is guessed. Not thread-safe.
/// </summary>
internal sealed class StructuredReader
{
    /// <summary>How deep the whole body may be nested; the data inside may be one less.</summary>
    internal const int MaxDepth = 256;

    /// <summary>How many attributes an event may have, extensions included.</summary>
    internal const int MaxAttributes = 256;

    /// <summary>How long all attributes together may be as headers: intermediaries forward events up to 64 KiB (CloudEvents 1.0, section 5), and the
    /// index of a block reaches as far.</summary>
    internal const int MaxAttributeBytes = 65_000;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    private readonly HeaderWriter _writer;
    private byte[] _buffer = new byte[256];

    internal StructuredReader(BindingNames names)
    {
        Names = names;
        _writer = new HeaderWriter(names.Binding);
    }

    internal BindingNames Names { get; }

    /// <summary>Attributes, then the record's transport headers. Until the next read.</summary>
    internal HeaderBlock Headers => _writer.Block;

    /// <summary>The data: a part of the record's body, or decoded here. Until the next read.</summary>
    internal ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Where the content type stands in <see cref="Headers"/>; 0: absent.</summary>
    internal int ContentTypeAt { get; private set; }

    /// <summary>True for a JSON object with a member <c>specversion</c>: how an event is told where records have no headers.</summary>
    internal static bool IsEvent(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals(Attributes.SpecVersion))
                    return true;
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // No JSON is no event either.
        }

        return false;
    }

    /// <summary>Reads one event.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    internal string? Read(in InboundRecord record)
    {
        _writer.Begin();
        ContentTypeAt = 0;
        Data = default;
        try
        {
            var reader = new Utf8JsonReader(record.Body.Span, Options);
            var problem = ReadMembers(ref reader, out var data, out var base64) ?? Check() ?? ReadData(record.Body, data, base64);
            if (problem is not null)
                return problem;
        }
        catch (JsonException exception)
        {
            return $"The structured event is no JSON: line {exception.LineNumber ?? 0}, byte {exception.BytePositionInLine ?? 0}.";
        }
        catch (InvalidOperationException)
        {
            // How the reader says that a text is no valid UTF-8, or has half of a surrogate pair.
            return "A text of the structured event is no valid Unicode.";
        }

        CopyTransportHeaders(record.Headers);
        return null;
    }

    private string? ReadMembers(ref Utf8JsonReader reader, out Range? data, out Range? base64)
    {
        (data, base64) = (null, null);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return "The structured event is no JSON object.";
        Span<byte> name = stackalloc byte[Attributes.MaxNameLength];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.Length > name.Length)
                return $"A member of the structured event has a name of more than {Attributes.MaxNameLength} bytes.";
            var member = name[..reader.CopyString(name)];
            reader.Read();
            string? problem;
            if (member.SequenceEqual(Attributes.Data))
                problem = Keep(ref reader, ref data, "data");
            else if (member.SequenceEqual(Attributes.DataBase64))
                problem = reader.TokenType == JsonTokenType.Null ? null : Keep(ref reader, ref base64, "data_base64");
            else
                problem = ReadAttribute(ref reader, member);
            if (problem is not null)
                return problem;
        }

        // At the end of the object; what stands behind it makes the reader throw.
        reader.Read();
        return null;
    }

    private static string? Keep(ref Utf8JsonReader reader, ref Range? place, string name)
    {
        if (place is not null)
            return $"The structured event has the member {name} twice.";
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        place = start..(int)reader.BytesConsumed;
        return null;
    }

    private string? ReadAttribute(ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name)
    {
        if (!Attributes.IsName(name))
            return "The structured event has an attribute whose name is not of a-z and 0-9.";

        // "null" is an attribute that is not set (JSON event format, section 2.3).
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (_writer.Count == MaxAttributes)
            return $"The structured event has more than {MaxAttributes} attributes.";
        var isContentType = name.SequenceEqual(Attributes.DataContentType);
        Span<byte> prefixed = stackalloc byte[Names.Prefix.Length + name.Length];
        Names.Prefix.CopyTo(prefixed);
        name.CopyTo(prefixed[Names.Prefix.Length..]);
        var header = isContentType ? Names.ContentType : prefixed;
        if (Headers.TryGet(header, out _))
            return $"The structured event has the attribute {Encoding.ASCII.GetString(name)} twice.";
        if (!TryReadValue(ref reader, out var value))
            return $"The attribute {Encoding.ASCII.GetString(name)} of the structured event is no text, whole number of 32 bits, true or false.";
        if (_writer.Length + HeaderLayout.EntryHead + header.Length + value.Length > MaxAttributeBytes)
            return $"The attributes of the structured event are longer than {MaxAttributeBytes} bytes.";
        if (isContentType)
            ContentTypeAt = _writer.Length;
        _writer.Add(header, value);
        return null;
    }

    /// <summary>The canonical text of a value, in the buffer until the next one (CloudEvents 1.0, section 3, type system).</summary>
    private bool TryReadValue(ref Utf8JsonReader reader, out ReadOnlySpan<byte> value)
    {
        value = reader.ValueSpan;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                value = Text(ref reader);
                return true;
            case JsonTokenType.Number:
                return reader.TryGetInt32(out _);
            case JsonTokenType.True or JsonTokenType.False:
                return true;
            default:
                return false;
        }
    }

    private ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader)
    {
        if (_buffer.Length < reader.ValueSpan.Length)
            _buffer = new byte[Math.Max(reader.ValueSpan.Length, _buffer.Length * 2)];
        return _buffer.AsSpan(0, reader.CopyString(_buffer));
    }

    private string? Check()
    {
        if (!Headers.TryGet(Names.SpecVersion, out var version) || !version.SequenceEqual(Attributes.SupportedVersion))
            return "The attribute specversion of the structured event is not the text 1.0.";
        if (Headers.WellKnown(CloudEventAttribute.Id).IsEmpty || Headers.WellKnown(CloudEventAttribute.Source).IsEmpty || Headers.WellKnown(CloudEventAttribute.Type).IsEmpty)
            return "An attribute of the structured event is missing or empty: id, source and type are needed.";
        return Headers.TryGet(Names.Time, out var time) && !Rfc3339.IsValid(time) ? "The attribute time of the structured event is no RFC 3339 date-time." : null;
    }

    private string? ReadData(ReadOnlyMemory<byte> body, Range? data, Range? base64)
    {
        if (base64 is { } encoded)
        {
            if (data is not null)
                return "The structured event has both data and data_base64.";
            return TryReadText(body.Span[encoded], out var text) && TryDecode(text) ? null : "The member data_base64 of the structured event is no base64 text.";
        }

        if (data is not { } place)
            return null;

        // Text of a type that is not JSON stands there as a JSON string; all other data is the JSON itself (JSON event format, section 3.1).
        var contentType = ContentTypeAt == 0 || !HeaderLayout.TryRead(Headers.Bytes.Span, ContentTypeAt, out var entry, out _) ? default : entry.Value;
        if (!contentType.IsEmpty && !MediaType.IsJson(contentType) && TryReadText(body.Span[place], out var plain))
            Data = _buffer.AsMemory(0, plain.Length);
        else
            Data = body[place];
        return null;
    }

    private bool TryReadText(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var isText = reader.TokenType == JsonTokenType.String;
        text = isText ? Text(ref reader) : default;
        return isText;
    }

    private bool TryDecode(ReadOnlySpan<byte> base64)
    {
        var done = Base64.DecodeFromUtf8InPlace(_buffer.AsSpan(0, base64.Length), out var length) == OperationStatus.Done;
        Data = _buffer.AsMemory(0, done ? length : 0);
        return done;
    }

    private void CopyTransportHeaders(HeaderBlock headers)
    {
        foreach (var entry in headers)
        {
            if (!Names.TryGetAttribute(entry.Name, out _) && !MediaType.EqualsIgnoreCase(entry.Name, Names.StructuredContentType))
                _writer.TryAdd(entry.Name, entry.Value, entry.IsNull);
        }
    }
}
