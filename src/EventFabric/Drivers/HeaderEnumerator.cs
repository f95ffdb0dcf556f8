using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>Walks through the headers of a <see cref="HeaderBlock"/> in the order in which they were written. Ends at the first entry that is not whole.</summary>
[Experimental("EVF9001")]
public ref struct HeaderEnumerator
{
    private readonly ReadOnlySpan<byte> _block;
    private int _next;

    internal HeaderEnumerator(ReadOnlySpan<byte> block)
    {
        _block = block;
        _next = HeaderLayout.IndexLength;
        Current = default;
    }

    /// <summary>The header that <see cref="MoveNext"/> came to.</summary>
    public HeaderEntry Current { get; private set; }

    /// <summary>Goes to the next header.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        if (!HeaderLayout.TryRead(_block, _next, out var entry, out var length))
        {
            Current = default;
            return false;
        }

        Current = entry;
        _next += length;
        return true;
    }
}
