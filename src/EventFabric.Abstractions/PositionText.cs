using System.Globalization;
using System.Text;

namespace EventFabric;

/// <summary>
/// The text form of a position: two or three segments between slashes. A value that is a text but looks like numbers has its first character escaped,
/// so that the text says which of the two it is.
/// </summary>
internal static class PositionText
{
    /// <summary>What Parse takes: a position comes from configuration, from a header, or from a user's store.</summary>
    internal const int MaxLength = 8192;

    internal static string Format(in EventPosition position)
    {
        var text = new StringBuilder();
        Append(text, position.Channel, false);
        text.Append('/');
        if (position.Partition is { } partition)
        {
            Append(text, partition, false);
            text.Append('/');
        }

        if (position.Text is { } value)
        {
            Append(text, value, TryParseNumbers(value, out _, out _));
        }
        else
        {
            text.Append(position.Value);
        }

        return text.ToString();
    }

    internal static bool TryParse(ReadOnlySpan<char> text, out EventPosition position)
    {
        position = default;
        Span<Range> segments = stackalloc Range[4];
        var count = text.Length > MaxLength ? 0 : text.Split(segments, '/');
        if (count is not (2 or 3))
        {
            return false;
        }

        string? partition = null;
        if (!TryUnescape(text[segments[0]], out var channel) || (count == 3 && !TryUnescape(text[segments[1]], out partition)))
        {
            return false;
        }

        var value = text[segments[count - 1]];
        if (TryParseNumbers(value, out var major, out var minor))
        {
            position = new EventPosition(channel, partition, major, minor, null);
            return true;
        }

        if (!TryUnescape(value, out var words))
        {
            return false;
        }

        position = new EventPosition(channel, partition, 0, 0, words);
        return true;
    }

    /// <summary>True only for exactly what a position of numbers writes: no sign, zero or space more.</summary>
    private static bool TryParseNumbers(ReadOnlySpan<char> text, out long major, out long minor)
    {
        var dot = text.IndexOf('.');
        minor = 0;
        if (dot < 0)
        {
            return TryParseCanonical(text, out major);
        }

        return TryParseCanonical(text[..dot], out major) && TryParseCanonical(text[(dot + 1)..], out minor) && minor != 0;
    }

    private static bool TryParseCanonical(ReadOnlySpan<char> text, out long number)
    {
        Span<char> again = stackalloc char[20];
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            && number.TryFormat(again, out var written, default, CultureInfo.InvariantCulture)
            && text.SequenceEqual(again[..written]);
    }

    private static void Append(StringBuilder to, string text, bool escapeFirst)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is > ' ' and <= '~' and not ('/' or '%' or '"') && !(escapeFirst && i == 0))
            {
                to.Append(c);
            }
            else if (c <= 0xFF)
            {
                to.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}");
            }
            else
            {
                to.Append(CultureInfo.InvariantCulture, $"%u{(int)c:X4}");
            }
        }
    }

    private static bool TryUnescape(ReadOnlySpan<char> text, out string result)
    {
        result = string.Empty;
        var plain = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            if (text[0] != '%')
            {
                plain.Append(text[0]);
                text = text[1..];
                continue;
            }

            var (start, length) = text.Length > 1 && text[1] == 'u' ? (2, 4) : (1, 2);
            if (text.Length < start + length
                || !ushort.TryParse(text.Slice(start, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                return false;
            }

            plain.Append((char)code);
            text = text[(start + length)..];
        }

        result = plain.ToString();
        return true;
    }
}
