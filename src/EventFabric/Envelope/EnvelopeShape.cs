using System.Text.Unicode;
using EventFabric.Drivers;

namespace EventFabric.Envelope;

/// <summary>
/// What the last valid event of a slot looked like, but for its id and time. Most events that follow are of the same type from the same source, and one
/// comparison with it says that everything else is valid again. Not thread-safe.
/// </summary>
internal sealed class EnvelopeShape
{
    private const int MaxLength = 1024;

    private readonly byte[] _bytes = new byte[MaxLength];
    private EnvelopeDecoder? _decoder;
    private int _length;
    private int _idAt;
    private int _idEnd;

    internal int ContentTypeAt { get; private set; }

    /// <summary>True for a valid event of this shape. False says nothing.</summary>
    /// <param name="decoder">Whose headers these are.</param>
    /// <param name="block">The headers.</param>
    /// <param name="bare">Whether there is nothing behind the time.</param>
    internal bool Fits(EnvelopeDecoder decoder, ReadOnlySpan<byte> block, out bool bare)
    {
        var end = _length + Rfc3339.MillisecondsLength;
        bare = block.Length == end;
        if (block.Length < end || !ReferenceEquals(decoder, _decoder))
            return false;
        var known = _bytes.AsSpan(0, _length);
        return block[.._idAt].SequenceEqual(known[.._idAt])
            && block[_idEnd.._length].SequenceEqual(known[_idEnd..])
            && Utf8.IsValid(block[_idAt.._idEnd])
            && Rfc3339.IsOwnForm(block.Slice(_length, Rfc3339.MillisecondsLength));
    }

    /// <summary>Remembers a valid event whose attributes stand in the order of <see cref="EnvelopeEncoder"/>; others are not worth it.</summary>
    internal void Learn(EnvelopeDecoder decoder, ReadOnlySpan<byte> block, int contentTypeAt)
    {
        HeaderLayout.TryRead(block, HeaderLayout.OffsetOf(block, CloudEventAttribute.Id), out var id, out _);
        var timeAt = HeaderLayout.OffsetOf(block, CloudEventAttribute.Time);
        HeaderLayout.TryRead(block, timeAt, out var time, out _);
        var length = timeAt + HeaderLayout.EntryHead + time.Name.Length;
        if (length > MaxLength || time.Value.Length != Rfc3339.MillisecondsLength)
            return;

        block[..length].CopyTo(_bytes);
        _length = length;
        _idEnd = timeAt;
        _idAt = timeAt - id.Value.Length;
        _decoder = decoder;
        ContentTypeAt = contentTypeAt;
    }
}
