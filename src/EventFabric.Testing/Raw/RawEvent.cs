using System.Text;
using System.Text.Json;
using EventFabric.Drivers;

namespace EventFabric.Testing.Raw;

/// <summary>Reads a raw record as a CloudEvent, from the CloudEvents 1.0 bindings alone: nothing of the library's codec is used here.</summary>
internal sealed class RawEvent(RawRecord record, CloudEventsBinding binding)
{
    private readonly Dictionary<string, JsonElement>? _json = ReadStructured(record, binding);

    internal RawRecord Record { get; } = record;

    internal bool IsStructured => _json is not null;

    internal string? Key => Record.Key is { } key ? Encoding.UTF8.GetString(key) : null;

    internal byte[] Body => Record.Body ?? [];

    internal string? ContentType => Header(ContentTypeName);

    /// <summary>The header that says what the body is.</summary>
    internal string ContentTypeName => IsStructured ? RawEvents.StructuredName(binding) : binding.ContentTypeName;

    internal string? Id => Attribute("id");

    internal string? Type => Attribute("type");

    /// <summary>The event's data: the body, or what stands in the JSON event, decoded.</summary>
    internal byte[] Data
    {
        get
        {
            if (_json is null) return Body;
            if (_json.TryGetValue("data_base64", out var base64)) return base64.GetBytesFromBase64();
            return _json.TryGetValue("data", out var data) ? Encoding.UTF8.GetBytes(data.GetRawText()) : [];
        }
    }

    /// <summary>A CloudEvents attribute or extension as text; null when absent.</summary>
    internal string? Attribute(string name)
    {
        if (_json is not null)
            return _json.TryGetValue(name, out var value) ? (value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()) : null;
        var text = Header(binding.Prefix + name) ?? (binding.AlsoRead is { } also ? Header(also + name) : null);
        return text is not null && binding.PercentEncoded ? Uri.UnescapeDataString(text) : text;
    }

    /// <summary>A header of the record as text, exact name; null when absent.</summary>
    internal string? Header(string name)
    {
        foreach (var header in Record.Headers)
        {
            if (header.Key == name) return Encoding.UTF8.GetString(header.Value);
        }

        return null;
    }

    /// <summary>How often a header occurs.</summary>
    internal int CountOf(string name) => Record.Headers.Count(header => header.Key == name);

    private static Dictionary<string, JsonElement>? ReadStructured(RawRecord record, CloudEventsBinding binding)
    {
        var contentType = record.Headers.FirstOrDefault(header => header.Key == RawEvents.StructuredName(binding)).Value;
        if (contentType is null || record.Body is null || !Encoding.UTF8.GetString(contentType).StartsWith(RawEvents.Structured, StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            using var document = JsonDocument.Parse(record.Body);
            return document.RootElement.EnumerateObject().ToDictionary(static property => property.Name, static property => property.Value.Clone(), StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            // Broken on purpose: what is left of it is asserted byte for byte.
            return null;
        }
    }
}
