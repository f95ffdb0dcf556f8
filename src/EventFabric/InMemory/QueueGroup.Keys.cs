namespace EventFabric.InMemory;

/// <content>The keys of a queue group that have unsettled records.</content>
internal sealed partial class QueueGroup
{
    private QueueKey KeyOf(ulong hash)
    {
        if (_keys.TryGetValue(hash, out var known)) return known;
        var key = _freeKeys.TryPop(out var free) ? free : new QueueKey();
        key.Hash = hash;
        _keys.Add(hash, key);
        return key;
    }

    /// <summary>Puts a record among those of its key that wait, in its place.</summary>
    private void Enlist(QueueKey key, long position)
    {
        _passed++;
        ref var entry = ref _entries[position];
        if (key.FirstWaiting < 0 || position < key.FirstWaiting)
        {
            entry.NextOfKey = key.FirstWaiting;
            key.FirstWaiting = position;
            return;
        }

        var before = key.FirstWaiting;
        while (_entries[before].NextOfKey is >= 0 and var next && next < position) before = next;
        entry.NextOfKey = _entries[before].NextOfKey;
        _entries[before].NextOfKey = position;
    }

    /// <summary>Lets a key go on when none of its records is leased: forgets it, or queues what waits.</summary>
    private void MakeReady(QueueKey key)
    {
        if (key.Leased > 0 || key.IsReady) return;
        key.Holder = null;
        if (key.FirstWaiting < 0)
        {
            _keys.Remove(key.Hash);
            _freeKeys.Push(key);
        }
        else if (_entries[key.FirstWaiting].State == QueueState.Waiting)
        {
            key.IsReady = true;
            _readyKeys.Enqueue(key);
        }
    }
}
