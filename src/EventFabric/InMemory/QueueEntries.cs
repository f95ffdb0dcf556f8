namespace EventFabric.InMemory;

/// <summary>The entries of a queue group from the lowest unsettled record to the cursor: a ring that grows.</summary>
internal sealed class QueueEntries(long start)
{
    private QueueEntry[] _ring = new QueueEntry[64];

    /// <summary>The lowest position that is not settled, or <see cref="Next"/>.</summary>
    public long Low { get; private set; } = start;

    /// <summary>One behind the highest.</summary>
    public long Next { get; private set; } = start;

    public ref QueueEntry this[long position] => ref _ring[position & (_ring.Length - 1)];

    public bool Contains(long position) => position >= Low && position < Next;

    /// <summary>Adds the entry of a position; the positions between, where there is no record, count as settled.</summary>
    public ref QueueEntry Add(long position)
    {
        if (Low == Next) Low = Next = position;
        while (Next <= position)
        {
            if (Next - Low == _ring.Length) Grow();
            this[Next++] = default;
        }

        return ref this[position];
    }

    public void DropSettled()
    {
        while (Low < Next && this[Low].State == QueueState.Settled)
            Low++;
    }

    private void Grow()
    {
        var larger = new QueueEntry[_ring.Length * 2];
        for (var position = Low; position < Next; position++)
            larger[position & (larger.Length - 1)] = this[position];
        _ring = larger;
    }
}
