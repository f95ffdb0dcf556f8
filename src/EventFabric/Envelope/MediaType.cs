using System.Text;

namespace EventFabric.Envelope;

/// <summary>Questions to a media type in UTF-8 (RFC 2045): case does not count, parameters are cut off.</summary>
internal static class MediaType
{
    /// <summary>The content type of a structured CloudEvents event in JSON (CloudEvents JSON format 1.0, section 3).</summary>
    internal static ReadOnlySpan<byte> CloudEventsJson => "application/cloudevents+json"u8;

    /// <summary>True for <c>*/json</c> and <c>*/*+json</c>, which is what CloudEvents (JSON format 1.0, section 3.1) calls a JSON media type.</summary>
    internal static bool IsJson(ReadOnlySpan<byte> contentType)
    {
        var essence = Essence(contentType);
        var slash = essence.IndexOf((byte)'/');
        return slash > 0 && (EqualsIgnoreCase(essence[(slash + 1)..], "json"u8) || EndsWithIgnoreCase(essence[(slash + 1)..], "+json"u8));
    }

    /// <summary>True for everything that is a CloudEvents event, or a batch of them, in one body.</summary>
    internal static bool IsCloudEvents(ReadOnlySpan<byte> contentType)
    {
        var prefix = "application/cloudevents"u8;
        return contentType.Length >= prefix.Length && EqualsIgnoreCase(contentType[..prefix.Length], prefix);
    }

    /// <summary>The type without parameters and spaces.</summary>
    internal static ReadOnlySpan<byte> Essence(ReadOnlySpan<byte> contentType)
    {
        var end = contentType.IndexOf((byte)';');
        return (end < 0 ? contentType : contentType[..end]).Trim(" \t"u8);
    }

    internal static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Ascii.EqualsIgnoreCase(left, right);

    private static bool EndsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end)
        => text.Length > end.Length && EqualsIgnoreCase(text[^end.Length..], end);
}
