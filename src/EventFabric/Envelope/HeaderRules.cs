using System.Collections.Frozen;
using System.Text;

namespace EventFabric.Envelope;

/// <summary>Which headers an application may set, and as what they travel.</summary>
internal static class HeaderRules
{
    /// <summary>The longest name that travels as CloudEvents extension (CloudEvents 1.0, section 2: names should not exceed 20 characters).</summary>
    internal const int MaxExtensionLength = 20;

    private static readonly string[] ReservedPrefixes = ["ce_", "ce-", "cloudEvents_", "cloudEvents:", "ef-", "Nats-"];

    // As extensions these would collide with the attributes; written otherwise ("Subject") they are ordinary transport headers.
    private static readonly FrozenSet<string> ReservedAttributes = FrozenSet.ToFrozenSet(
        ["specversion", "id", "type", "source", "time", "subject", "datacontenttype", "dataschema", "data", Attributes.PartitionKeyName],
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> ReservedHeaders = FrozenSet.ToFrozenSet(
        ["data_base64", "content-type", "traceparent", "tracestate"], StringComparer.OrdinalIgnoreCase);

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>True when a header travels as CloudEvents extension: 1 to 20 characters a-z, 0-9. Any other is a transport header.</summary>
    internal static bool IsExtension(string name)
    {
        if (name.Length is 0 or > MaxExtensionLength)
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c))
                return false;
        }

        return true;
    }

    /// <summary>True when the name belongs to CloudEvents, to a broker or to the library.</summary>
    internal static bool IsReserved(string name)
    {
        foreach (var prefix in ReservedPrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return ReservedAttributes.Contains(name) || ReservedHeaders.Contains(name);
    }

    /// <summary>Refuses a header that an application may not set.</summary>
    /// <exception cref="ArgumentException">The name is empty or reserved, the value is null, or one of them is no valid Unicode.</exception>
    internal static void Check(string name, string? value)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("A header needs a name.", nameof(name));
        if (IsReserved(name))
        {
            throw new ArgumentException(
                $"The header name '{name}' is reserved. Reserved are names that start with {string.Join(", ", ReservedPrefixes)}, the CloudEvents attributes, "
                + "partitionkey, content-type, traceparent and tracestate. Use another name; Id, Subject, Time and Key are set by PublishOptions.",
                nameof(name));
        }

        if (value is null)
            throw new ArgumentException($"The header '{name}' has the value null. Leave it out, or give it an empty text.", nameof(value));
        CheckText(name, "A header name");
        CheckText(value, $"The value of header '{name}'");
    }

    /// <summary>Refuses a text that UTF-8 cannot carry: half a surrogate pair would arrive as another text.</summary>
    /// <exception cref="ArgumentException">It is no valid Unicode.</exception>
    internal static void CheckText(string text, string what)
    {
        try
        {
            Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException($"{what} is no valid Unicode: it has half of a surrogate pair.", exception);
        }
    }
}
