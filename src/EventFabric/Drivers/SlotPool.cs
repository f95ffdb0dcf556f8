namespace EventFabric.Drivers;

/// <summary>Keeps a bounded number of objects for reuse. Any thread, without a lock; taken on one and put back on another.</summary>
internal sealed class SlotPool<T>(int maxKept)
    where T : class
{
    private readonly T?[] _kept = new T?[maxKept];
    private int _hint;

    /// <summary>Takes an object out; null when there is none.</summary>
    public T? Take()
    {
        var kept = _kept;
        var start = (uint)Volatile.Read(ref _hint);
        for (uint i = 0; i < (uint)kept.Length; i++)
        {
            var at = (start - i) % (uint)kept.Length;
            if (Volatile.Read(ref kept[at]) is { } item && Interlocked.CompareExchange(ref kept[at], null, item) == item)
            {
                Volatile.Write(ref _hint, (int)(at == 0 ? (uint)kept.Length - 1 : at - 1));
                return item;
            }
        }

        return null;
    }

    /// <summary>Puts an object in; false when the pool is full, and the object is then the garbage collector's.</summary>
    public bool Put(T item)
    {
        var kept = _kept;
        var start = (uint)Volatile.Read(ref _hint) + 1;
        for (uint i = 0; i < (uint)kept.Length; i++)
        {
            var at = (start + i) % (uint)kept.Length;
            if (Volatile.Read(ref kept[at]) is null && Interlocked.CompareExchange(ref kept[at], item, null) is null)
            {
                Volatile.Write(ref _hint, (int)at);
                return true;
            }
        }

        return false;
    }
}
