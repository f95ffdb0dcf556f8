using System.Buffers;
using EventFabric.Serialization;

namespace EventFabric.Publishing;

/// <summary>
/// What one publish needs while its event is serialized: a buffer that grows, and the contexts that serializers see. One idle for each thread; a
/// publish takes it out, so that user code which publishes again meanwhile, and a serializer that suspends, do not share it.
/// </summary>
internal sealed class PublishScratch : IBufferWriter<byte>
{
    private const int FirstBytes = 1024;

    [ThreadStatic]
    private static PublishScratch? _idle;

    private byte[] _buffer = new byte[FirstBytes];
    private int _length;
    private PublishCall?[] _calls = [];

    internal ReadOnlyMemory<byte> Written => new(_buffer, 0, _length);

    internal static PublishScratch Take()
    {
        var scratch = _idle;
        if (scratch is null)
            return new PublishScratch();
        _idle = null;
        return scratch;
    }

    /// <summary>Gives it back when nothing of it is used any more. Where it is not given back it is garbage.</summary>
    internal static void Give(PublishScratch scratch)
    {
        scratch._length = 0;
        _idle = scratch;
    }

    /// <summary>The context for an event of a type, to be filled.</summary>
    internal PublishCall<T> CallOf<T>()
        where T : notnull
    {
        var slot = TypeSlot<T>.Index;
        if (slot >= _calls.Length)
            Array.Resize(ref _calls, slot + 8);
        return (PublishCall<T>)(_calls[slot] ??= new PublishCall<T>());
    }

    /// <summary>Hands over what was written: in place, or the array itself where the batch's memory could not hold it.</summary>
    internal void MoveTo(ref OutgoingEvent outgoing)
    {
        outgoing.Body = Written;
        if (_length <= BatchSlab.ChunkBytes)
            return;
        outgoing.OwnsBody = true;
        _buffer = new byte[FirstBytes];
        _length = 0;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _length), nameof(count));
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_length);
    }

    internal void Clear() => _length = 0;

    private void Reserve(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        var needed = Math.Max(sizeHint, 1);
        if (needed <= _buffer.Length - _length)
            return;
        var larger = (int)Math.Min(Array.MaxLength, Math.Max((long)_length + needed, _buffer.Length * 2L));
        Array.Resize(ref _buffer, larger);
    }
}
