namespace EventFabric.Publishing;

/// <summary>
/// The memory of one batch: chunks of 64 KiB that stay with the batch from use to use. What is larger than a chunk gets an array of its own. Not
/// thread-safe.
/// </summary>
internal sealed class BatchSlab
{
    internal const int ChunkBytes = 65_536;
    private const int MaxKeptChunks = 16;

    private readonly List<byte[]> _chunks = [];
    private int _chunk = -1;
    private int _used = ChunkBytes;

    /// <summary>Where the slab ends now, to go back to.</summary>
    internal (int Chunk, int Used) Mark => (_chunk, _used);

    /// <summary>Takes bytes off the end of the slab. Their content is undefined.</summary>
    internal Memory<byte> Reserve(int bytes)
    {
        if (bytes > ChunkBytes)
            return GC.AllocateUninitializedArray<byte>(bytes);
        if (bytes > ChunkBytes - _used)
            NextChunk();

        var memory = new Memory<byte>(_chunks[_chunk], _used, bytes);
        _used += bytes;
        return memory;
    }

    /// <summary>Gives back the tail of what was reserved last.</summary>
    internal Memory<byte> Trim(Memory<byte> reserved, int used)
    {
        if (reserved.Length <= ChunkBytes)
            _used -= reserved.Length - used;
        return reserved[..used];
    }

    /// <summary>Copies bytes into the slab.</summary>
    internal ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return default;
        var memory = Reserve(bytes.Length);
        bytes.CopyTo(memory.Span);
        return memory;
    }

    /// <summary>Forgets what was reserved since the mark.</summary>
    internal void Rollback((int Chunk, int Used) mark) => (_chunk, _used) = mark;

    /// <summary>Forgets everything. Nobody may read the memory any more.</summary>
    internal void Reset()
    {
        if (_chunks.Count > MaxKeptChunks)
            _chunks.RemoveRange(MaxKeptChunks, _chunks.Count - MaxKeptChunks);
        (_chunk, _used) = _chunks.Count == 0 ? (-1, ChunkBytes) : (0, 0);
    }

    private void NextChunk()
    {
        _chunk++;
        _used = 0;
        if (_chunk == _chunks.Count)
            _chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkBytes));
    }
}
