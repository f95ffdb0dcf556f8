namespace EventFabric.InMemory;

/// <summary>A place in a partition from which records are read on. Under the address's gate.</summary>
internal struct LogCursor(long position)
{
    private Segment? _segment;
    private int _generation;

    /// <summary>The position from which to read on: never above a record that was not read.</summary>
    public long Position { get; private set; } = position;

    public Segment Segment => _segment!;

    /// <summary>The index in <see cref="Segment"/> of the record that <see cref="TryPeek"/> found.</summary>
    public int Index { get; private set; }

    /// <summary>Finds the record at the cursor.</summary>
    public bool TryPeek(LogPartition partition)
    {
        if (_segment is null || _segment.Generation != _generation) Locate(partition);
        while (_segment is not null && Index == _segment.Count)
        {
            if (_segment.Next is null) return false;
            Enter(_segment.Next, 0);
        }

        return _segment is not null;
    }

    /// <summary>Goes behind the record that <see cref="TryPeek"/> found.</summary>
    public void Advance()
    {
        Position = _segment![Index].Offset + 1;
        Index++;
    }

    private void Locate(LogPartition partition)
    {
        var segment = partition.First;
        while (segment is { Next: not null } && segment.End <= Position)
            segment = segment.Next;
        if (segment is null) _segment = null;
        else Enter(segment, segment.IndexOf(Position));
    }

    private void Enter(Segment segment, int index)
    {
        _segment = segment;
        _generation = segment.Generation;
        Index = index;
    }
}
