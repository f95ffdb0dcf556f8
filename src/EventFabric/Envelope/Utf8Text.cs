using System.Buffers;
using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Envelope;

/// <summary>A text in UTF-8 for as long as one header is written: on the stack, or in a rented array when it is long.</summary>
internal ref struct Utf8Text
{
    private byte[]? _rented;

    /// <summary>Encodes a text behind a prefix.</summary>
    /// <param name="prefix">Bytes before it; may be empty.</param>
    /// <param name="text">The text.</param>
    /// <param name="stack">Memory of the caller, used when it is long enough.</param>
    /// <param name="percentEncoded">Whether the text is percent-encoded.</param>
    internal Utf8Text(ReadOnlySpan<byte> prefix, ReadOnlySpan<char> text, Span<byte> stack, bool percentEncoded = false)
    {
        var most = prefix.Length + (Encoding.UTF8.GetMaxByteCount(text.Length) * (percentEncoded ? 4 : 1));
        var buffer = most <= stack.Length ? stack : _rented = ArrayPool<byte>.Shared.Rent(most);
        prefix.CopyTo(buffer);
        var length = Encoding.UTF8.GetBytes(text, buffer[prefix.Length..]);
        Bytes = buffer[..(prefix.Length + length)];
        var plain = buffer.Slice(prefix.Length, length);
        if (percentEncoded && PercentText.NeedsEncoding(plain))
        {
            // The encoded form goes behind the plain one: three more bytes for each of its bytes were rented.
            var encoded = buffer[(prefix.Length + length)..];
            length = PercentText.Encode(plain, encoded);
            encoded[..length].CopyTo(buffer[prefix.Length..]);
            Bytes = buffer[..(prefix.Length + length)];
        }
    }

    internal ReadOnlySpan<byte> Bytes { get; }

    public void Dispose()
    {
        if (_rented is { } array)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
