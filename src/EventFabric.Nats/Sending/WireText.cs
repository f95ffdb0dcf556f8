using System.Buffers;
using System.Globalization;
using System.Text;

namespace EventFabric.Nats.Sending;

/// <summary>
/// Names and values of headers as they go over the wire. A name is percent-encoded where the protocol forbids its bytes, a value only where it would end the line
/// or lose its edges; bytes above ASCII go as they are.
/// </summary>
internal static class WireText
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        Enumerable.Range(0x21, 0x7E - 0x21 + 1).Select(static code => (byte)code).Where(static code => code is not ((byte)':' or (byte)'%')).ToArray());

    private static readonly SearchValues<byte> Special = SearchValues.Create("%\r\n"u8);

    internal static string Name(ReadOnlySpan<byte> name)
    {
        var text = name.ContainsAnyExcept(NameBytes) ? Encode(name, NameBytes, all: true) : Encoding.Latin1.GetString(name);
        return IsServers(name) ? string.Create(CultureInfo.InvariantCulture, $"%{name[0]:X2}{text[1..]}") : text;
    }

    internal static string Value(ReadOnlySpan<byte> value) => NeedsEncoding(value) ? Encode(value, Special, all: false) : Encoding.Latin1.GetString(value);

    /// <summary>How many bytes a name has on the wire.</summary>
    internal static int NameLength(ReadOnlySpan<byte> name)
    {
        var length = name.Length;
        for (var rest = name; rest.IndexOfAnyExcept(NameBytes) is >= 0 and var at; rest = rest[(at + 1)..])
            length += 2;
        return IsServers(name) ? length + 2 : length;
    }

    /// <summary>How many bytes a value has on the wire.</summary>
    internal static int ValueLength(ReadOnlySpan<byte> value)
    {
        var length = value.Length;
        for (var rest = value; rest.IndexOfAny(Special) is >= 0 and var at; rest = rest[(at + 1)..])
            length += 2;
        // Blanks at the edges, where they are; both are counted when there is one.
        return NeedsEdges(value) ? length + 4 : length;
    }

    /// <summary>Writes what was encoded, and returns how long it is: never longer.</summary>
    internal static int Decode(ReadOnlySpan<byte> text, Span<byte> to)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var code = text[i];
            if (code == '%' && i + 2 < text.Length && byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var decoded))
                (code, i) = (decoded, i + 2);
            to[length++] = code;
        }

        return length;
    }

    /// <summary>The server obeys headers of such names: one of an event's must not expire it, move it or clear the stream.</summary>
    private static bool IsServers(ReadOnlySpan<byte> name) => name.StartsWith(HeaderNames.ServerPrefix);

    private static bool NeedsEncoding(ReadOnlySpan<byte> value) => value.ContainsAny(Special) || NeedsEdges(value);

    private static bool NeedsEdges(ReadOnlySpan<byte> value) => value.Length > 0 && (IsBlank(value[0]) || IsBlank(value[^1]));

    private static bool IsBlank(byte code) => code is (byte)' ' or (byte)'\t';

    private static string Encode(ReadOnlySpan<byte> bytes, SearchValues<byte> known, bool all)
    {
        var text = new StringBuilder(bytes.Length + 8);
        for (var i = 0; i < bytes.Length; i++)
        {
            var code = bytes[i];
            var isPlain = all ? known.Contains(code) : !known.Contains(code) && !(IsBlank(code) && (i == 0 || i == bytes.Length - 1));
            if (isPlain)
                text.Append((char)code);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{code:X2}");
        }

        return text.ToString();
    }
}
