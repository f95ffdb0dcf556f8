using System.Buffers;

namespace EventFabric.Serialization;

/// <summary>A buffer from the array pool that grows up to a limit. For what is not done for every event: payload transforms and structured events.</summary>
internal sealed class PooledBuffer(int limit = PooledBuffer.NoLimit) : IBufferWriter<byte>, IDisposable
{
    internal const int NoLimit = int.MaxValue;

    private byte[] _array = [];
    private int _length;

    internal ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _length);
        _length += count;
        if (_length > limit)
            throw new InvalidOperationException($"More than {limit:N0} bytes were written.");
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        Reserve(Math.Max(sizeHint, 256));
        return _array.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Empties it for another use.</summary>
    internal void Clear() => _length = 0;

    /// <summary>Gives the memory back; nothing that was written may be read afterwards.</summary>
    public void Dispose()
    {
        var array = _array;
        _array = [];
        _length = 0;
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
    }

    private void Reserve(int more)
    {
        if (more <= _array.Length - _length)
            return;

        // One step beyond the limit is let through, so that the error is the one of Advance, at the byte that is too much.
        var needed = Math.Min((long)_length + more, Array.MaxLength);
        if (_length >= limit || needed < (long)_length + more)
            throw new InvalidOperationException($"More than {limit:N0} bytes were written.");
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, _array.Length * 2L), Array.MaxLength));
        Written.Span.CopyTo(larger);
        var old = _array;
        _array = larger;
        if (old.Length > 0)
            ArrayPool<byte>.Shared.Return(old);
    }
}
