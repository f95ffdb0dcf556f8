using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventFabric.Serialization;

namespace EventFabric.Envelope;

/// <summary>Writes a structured event (CloudEvents 1.0, JSON event format).</summary>
internal static class StructuredWriter
{
    // Nothing here ends in HTML: other than control characters and quotes, texts stay readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    internal static void Write(IBufferWriter<byte> output, EventTypeEntry entry, ReadOnlySpan<byte> source, in OutboundAttributes attributes, ReadOnlySpan<byte> data)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString(Attributes.SpecVersion, Attributes.SupportedVersion);
        json.WriteString(Attributes.Id, attributes.Id.ToString());
        json.WriteString(Attributes.Source, source);
        json.WriteString(Attributes.Type, entry.NameUtf8);
        Span<byte> time = stackalloc byte[Rfc3339.MaxLength];
        json.WriteString(Attributes.Time, time[..EnvelopeEncoder.WriteTime(attributes, time)]);
        if (attributes.Subject is { } subject)
            json.WriteString(Attributes.Subject, subject);
        if (attributes.Key is { } key)
            json.WriteString(Attributes.PartitionKey, key);
        foreach (var (name, value) in attributes.Headers ?? [])
        {
            if (HeaderRules.IsExtension(name))
                json.WriteString(name, value);
        }

        if (!entry.IsTombstone)
            WriteData(json, entry, attributes.Coding, data);
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteData(Utf8JsonWriter json, EventTypeEntry entry, string? coding, ReadOnlySpan<byte> data)
    {
        json.WriteString(Attributes.DataContentType, entry.ContentType);

        // What a payload transform made of JSON is no JSON any more.
        if (coding is not null || !MediaType.IsJson(Encoding.UTF8.GetBytes(entry.ContentType)))
        {
            json.WriteBase64String(Attributes.DataBase64, data);
        }
        else if (!data.IsEmpty)
        {
            if (!IsOneValue(data))
            {
                throw new EventFabricException(
                    EventFabricErrorKind.Serialization,
                    $"The serializer for event type \"{entry.Name}\" ({entry.ContentType}) did not write one JSON value, so the event cannot be put into a structured envelope.");
            }

            json.WritePropertyName(Attributes.Data);
            json.WriteRawValue(data, skipInputValidation: true);
        }
    }

    private static bool IsOneValue(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = StructuredReader.MaxDepth - 1 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
