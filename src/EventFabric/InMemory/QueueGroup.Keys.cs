using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <content>The keys of a queue group that have unsettled records.</content>
internal sealed partial class QueueGroup
{
    /// <summary>A member wants order. What waits finds its key; what is leased would have to be known by key since its lease began.</summary>
    public void Order()
    {
        if (Ordered) return;
        for (var position = _entries.Low; position < _entries.Next; position++)
        {
            if (_entries[position].State == QueueState.Leased) return;
        }

        Ordered = true;
        _ready.Clear();
        for (var position = _entries.Low; position < _entries.Next; position++) Regroup(position);
        foreach (var key in _keys.Values.ToArray()) MakeReady(key);
    }

    private void Regroup(long position)
    {
        ref var entry = ref _entries[position];
        if (entry.State == QueueState.Settled) return;
        ref readonly var record = ref entry.Segment[entry.Index];
        if ((record.Flags & RecordFlags.HasKey) != 0)
        {
            entry.Key = KeyOf(KeyHash.Identity(entry.Segment.Key(record).Span));
            Enlist(entry.Key, position);
        }
        else if (entry.State == QueueState.Waiting)
        {
            _ready.Enqueue(position);
        }
    }

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

    /// <summary>Lets the member that holds a key go on with what waits, unless that came back or is delayed.</summary>
    private void Offer(QueueKey key)
    {
        // Nobody is woken for it: a member that waits was woken when the record came, as the one was that came upon it.
        if (CanGoOn(key)) key.Holder!.Offered.Enqueue(key);
    }

    private bool CanGoOn(QueueKey key) =>
        key.Leased > 0 && key.FirstWaiting > key.LastLeased && _entries[key.FirstWaiting].State == QueueState.Waiting;

    /// <summary>Takes what a key was offered for, if it still holds: its lease may be over, or the key another's.</summary>
    private void TakeOffered(InMemoryBatch batch, QueueKey key, Tenure tenure, long now)
    {
        if (CanGoOn(key) && ReferenceEquals(key.Holder, tenure)) TakeInOrder(batch, key, tenure, now);
    }
}
