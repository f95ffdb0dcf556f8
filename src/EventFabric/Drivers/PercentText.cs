using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EventFabric.Drivers;

/// <summary>
/// Percent-encoding of attribute values where headers carry printable ASCII only (HTTP protocol binding for CloudEvents 1.0.2, section 3.1.3.2, which
/// the NATS binding refers to): space, double quote, percent and everything outside 0x21 to 0x7E, byte by byte of the UTF-8. Pure.
/// </summary>
[Experimental("EVF9001")]
public static class PercentText
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(Enumerable.Range(0x21, 0x7E - 0x21 + 1)
        .Select(static c => (byte)c)
        .Where(static c => c is not ((byte)'"' or (byte)'%'))
        .ToArray());

    /// <summary>Whether a value is not written as it is.</summary>
    /// <param name="value">The value, any bytes.</param>
    /// <returns>True: its encoded form differs.</returns>
    public static bool NeedsEncoding(ReadOnlySpan<byte> value) => value.ContainsAnyExcept(Plain);

    /// <summary>Writes the encoded form.</summary>
    /// <param name="value">The value, any bytes.</param>
    /// <param name="to">Where to; three times as long is always enough.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Encode(ReadOnlySpan<byte> value, Span<byte> to)
    {
        var length = 0;
        foreach (var b in value)
        {
            if (Plain.Contains(b))
            {
                to[length++] = b;
                continue;
            }

            to[length] = (byte)'%';
            b.TryFormat(to[(length + 1)..], out _, "X2", CultureInfo.InvariantCulture);
            length += 3;
        }

        return length;
    }

    /// <summary>
    /// Writes the decoded form, which is not longer. A value in double quotes is unquoted first, as the binding says. A percent sign without two
    /// hexadecimal digits stays as it is.
    /// </summary>
    /// <param name="value">The value as it was read.</param>
    /// <param name="to">Where to; may be the same memory.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Decode(ReadOnlySpan<byte> value, Span<byte> to)
    {
        var quoted = value.Length >= 2 && value[0] == '"' && value[^1] == '"';
        if (quoted)
            value = value[1..^1];
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var b = value[i];
            if (quoted && b == '\\' && i + 1 < value.Length)
                b = value[++i];
            else if (b == '%' && i + 2 < value.Length && byte.TryParse(value.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                (b, i) = (code, i + 2);
            to[length++] = b;
        }

        return length;
    }
}
