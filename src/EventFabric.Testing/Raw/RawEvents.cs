using System.Text;
using System.Text.Json;
using EventFabric.Drivers;

namespace EventFabric.Testing.Raw;

/// <summary>Writes CloudEvents by hand, from the CloudEvents 1.0 bindings alone: nothing of the library's codec is used here.</summary>
internal static class RawEvents
{
    internal const string Structured = "application/cloudevents+json";

    /// <summary>Binary mode: attributes as headers with the binding's prefix, the data as the body.</summary>
    internal static RawRecord WriteBinary(CloudEventsBinding binding, CloudEventParts parts)
    {
        var headers = new List<KeyValuePair<string, byte[]>>();
        Add(headers, binding, "specversion", "1.0");
        Add(headers, binding, "id", parts.Id);
        Add(headers, binding, "source", parts.Source);
        Add(headers, binding, "type", parts.Type);
        if (parts.Time is { } time) Add(headers, binding, "time", time);
        if (parts.Subject is { } subject) Add(headers, binding, "subject", subject);
        foreach (var (name, value) in parts.Extensions) Add(headers, binding, name, value);
        if (parts.ContentType is { } contentType) headers.Add(new(binding.ContentTypeName, Encoding.UTF8.GetBytes(contentType)));
        foreach (var (name, value) in parts.Transport) headers.Add(new(name, value));
        return new RawRecord(Key(parts), parts.Data, headers);
    }

    /// <summary>Structured mode: one JSON object with everything in it.</summary>
    internal static RawRecord WriteStructured(CloudEventsBinding binding, CloudEventParts parts, string contentType = Structured)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", parts.Id);
            json.WriteString("source", parts.Source);
            json.WriteString("type", parts.Type);
            if (parts.Time is { } time) json.WriteString("time", time);
            if (parts.Subject is { } subject) json.WriteString("subject", subject);
            if (parts.Key is { } key) json.WriteString("partitionkey", key);
            if (parts.ContentType is { } dataType) json.WriteString("datacontenttype", dataType);
            foreach (var (name, literal) in parts.Extensions)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(literal);
            }

            WriteData(json, parts);
            json.WriteEndObject();
        }

        List<KeyValuePair<string, byte[]>> headers = [new(StructuredName(binding), Encoding.UTF8.GetBytes(contentType))];
        foreach (var (name, value) in parts.Transport) headers.Add(new(name, value));
        return new RawRecord(Key(parts), body.ToArray(), headers);
    }

    /// <summary>Binary, or structured on a broker that has no other form.</summary>
    internal static RawRecord Write(CloudEventsBinding binding, CloudEventParts parts) => binding.StructuredOnly
        ? WriteStructured(binding, parts with { Extensions = [.. parts.Extensions.Select(static extension => (extension.Name, JsonText(extension.Value)))] })
        : WriteBinary(binding, parts);

    /// <summary>Where a structured event says that it is one: the content type of the data is an attribute like the others on NATS.</summary>
    internal static string StructuredName(CloudEventsBinding binding) =>
        binding.ContentTypeName.StartsWith(binding.Prefix, StringComparison.Ordinal) ? "Content-Type" : binding.ContentTypeName;

    private static byte[]? Key(CloudEventParts parts) => parts.Key is { } key ? Encoding.UTF8.GetBytes(key) : null;

    private static string JsonText(string value) => "\"" + JsonEncodedText.Encode(value) + "\"";

    private static void Add(List<KeyValuePair<string, byte[]>> headers, CloudEventsBinding binding, string name, string value) =>
        headers.Add(new(binding.Prefix + name, Encoding.UTF8.GetBytes(binding.PercentEncoded ? PercentEncode(value) : value)));

    private static void WriteData(Utf8JsonWriter json, CloudEventParts parts)
    {
        if (parts.Data is not { } data) return;
        if (parts.ContentType is null || parts.ContentType.Contains("json", StringComparison.Ordinal))
        {
            json.WritePropertyName("data");
            json.WriteRawValue(data);
        }
        else
        {
            json.WriteBase64String("data_base64", data);
        }
    }

    private static string PercentEncode(string value)
    {
        var text = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            if (b is <= 0x20 or >= 0x7F or (byte)'"' or (byte)'%') text.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            else text.Append((char)b);
        }

        return text.ToString();
    }
}
