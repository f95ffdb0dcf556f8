using System.Text;

namespace EventFabric.Envelope;

/// <summary>
/// The headers of a received event as users see them. CloudEvents attributes that the context has as members are left out; the library's own
/// (<c>ef-</c>) and <c>partitionkey</c>, which the context has as key, are given only to who asks for the exact name.
/// </summary>
internal static class UserHeaders
{
    internal static bool TryGet(in DecodedEvent received, BindingNames names, string name, out string value)
    {
        Span<byte> stack = stackalloc byte[128];
        using var text = new Utf8Text(default, name, stack);
        foreach (var entry in received.Headers)
        {
            if (TryName(names, entry.Name, out var visible, out var isAttribute) && visible.SequenceEqual(text.Bytes))
            {
                value = Text(received, entry.Value, isAttribute);
                return true;
            }
        }

        foreach (var entry in received.Headers)
        {
            if (TryName(names, entry.Name, out var visible, out var isAttribute)
                && !IsHidden(visible)
                && string.Equals(Encoding.UTF8.GetString(visible), name, StringComparison.OrdinalIgnoreCase))
            {
                value = Text(received, entry.Value, isAttribute);
                return true;
            }
        }

        value = string.Empty;
        return false;
    }

    internal static List<KeyValuePair<string, string>> Copy(in DecodedEvent received, BindingNames names)
    {
        List<KeyValuePair<string, string>> headers = [];
        HashSet<string>? seen = null;
        foreach (var entry in received.Headers)
        {
            if (!TryName(names, entry.Name, out var visible, out var isAttribute) || IsHidden(visible))
                continue;
            var name = Encoding.UTF8.GetString(visible);
            if ((seen ??= new HashSet<string>(StringComparer.Ordinal)).Add(name))
                headers.Add(new(name, Text(received, entry.Value, isAttribute)));
        }

        return headers;
    }

    private static bool TryName(BindingNames names, ReadOnlySpan<byte> header, out ReadOnlySpan<byte> visible, out bool isAttribute)
    {
        isAttribute = names.TryGetAttribute(header, out visible);
        if (isAttribute)
            return !IsMember(visible);
        visible = header;
        return !header.SequenceEqual(names.ContentType) && !header.SequenceEqual(names.StructuredContentType);
    }

    private static bool IsMember(ReadOnlySpan<byte> attribute)
        => attribute.SequenceEqual(Attributes.SpecVersion)
            || attribute.SequenceEqual(Attributes.Id)
            || attribute.SequenceEqual(Attributes.Type)
            || attribute.SequenceEqual(Attributes.Source)
            || attribute.SequenceEqual(Attributes.Time)
            || attribute.SequenceEqual(Attributes.Subject)
            || attribute.SequenceEqual(Attributes.DataContentType);

    private static bool IsHidden(ReadOnlySpan<byte> name)
        => name.StartsWith(Attributes.Own) || name.SequenceEqual(Attributes.PartitionKey);

    private static string Text(in DecodedEvent received, ReadOnlySpan<byte> value, bool isAttribute)
        => isAttribute ? received.AttributeText(value) : Encoding.UTF8.GetString(value);
}
