namespace EventFabric.InMemory;

/// <summary>What is to be set going once the gate is left: gathered under it, without allocation.</summary>
internal struct WakeList
{
    private Wakeable? _head;

    public void Add(Wakeable item)
    {
        item.NextWoken = _head;
        _head = item;
    }

    /// <summary>Queues them. Outside of the gate.</summary>
    public void Run()
    {
        while (_head is { } item)
        {
            // Read before it is queued: from then on it may join another list.
            _head = item.NextWoken;
            item.NextWoken = null;
            item.Scheduler.Queue(item);
        }
    }
}
