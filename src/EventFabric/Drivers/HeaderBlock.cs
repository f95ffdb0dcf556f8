using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>
/// A record's headers: flat UTF-8 names and values in a slab, with id, type, source and time indexed by the writer. Nothing is made a string until
/// somebody asks. Written by <see cref="HeaderWriter"/>; <c>default</c> is a block without headers.
/// </summary>
/// <remarks>Reading never leaves the block: one that is cut short or corrupt has fewer headers. Any thread, as long as the memory is valid.</remarks>
[Experimental("EVF9001")]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "It is enumerated by pattern, not a collection.")]
public readonly struct HeaderBlock
{
    /// <summary>Takes bytes that a <see cref="HeaderWriter"/> wrote.</summary>
    /// <param name="bytes">The block, index included; empty: no headers.</param>
    public HeaderBlock(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>The block as it was written, to be copied elsewhere.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether there is no header.</summary>
    public bool IsEmpty => Bytes.Length <= HeaderLayout.IndexLength;

    /// <summary>The value of an indexed attribute, in constant time.</summary>
    /// <param name="attribute">Which.</param>
    /// <returns>The value; empty when it is absent.</returns>
    public ReadOnlySpan<byte> WellKnown(CloudEventAttribute attribute)
    {
        var block = Bytes.Span;
        return HeaderLayout.TryRead(block, HeaderLayout.OffsetOf(block, attribute), out var entry, out _) ? entry.Value : default;
    }

    /// <summary>Finds the first header of a name, by a search from the start.</summary>
    /// <param name="name">The name, in UTF-8; case counts.</param>
    /// <param name="value">The value; empty when it is null.</param>
    /// <returns>Whether there is such a header.</returns>
    public bool TryGet(scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (var entry in this)
        {
            if (entry.Name.SequenceEqual(name))
            {
                value = entry.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Walks through the headers in the order in which they were written; duplicates are kept.</summary>
    /// <returns>The enumerator.</returns>
    public HeaderEnumerator GetEnumerator() => new(Bytes.Span);
}
