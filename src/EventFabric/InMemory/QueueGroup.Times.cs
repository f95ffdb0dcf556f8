namespace EventFabric.InMemory;

/// <content>The leases and delays of a queue group that end by time: one list, looked through when the earliest may be over, and one timer while somebody waits.</content>
internal sealed partial class QueueGroup
{
    private readonly List<long> _found = [];
    private long _firstTimed = -1;
    private long _nextDue = long.MaxValue;
    private long _armedFor = long.MaxValue;
    private ITimer? _timer;

    /// <summary>Sees to it that a waiting member is woken when a lease or delay ends.</summary>
    private void Arm()
    {
        if (_nextDue == _armedFor || !_members.Exists(static member => member.Pending.IsWaiting)) return;
        _armedFor = _nextDue;
        if (_nextDue == long.MaxValue) return;

        // A timer may not fire early and must not fire inside this call: at least a millisecond, rounded up.
        var left = clock.Time.GetElapsedTime(clock.Now, _nextDue);
        var due = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(left.TotalMilliseconds)));
        if (_timer is null) _timer = clock.Time.CreateTimer(static state => ((QueueGroup)state!).OnTimer(), this, due, Timeout.InfiniteTimeSpan);
        else _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        WakeList wake = default;
        lock (gate)
        {
            _armedFor = long.MaxValue;
            EndDue(clock.Now);
            AfterChange(ref wake);
        }

        wake.Run();
    }

    private void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
        _armedFor = long.MaxValue;
    }

    private void StartTiming(ref QueueEntry entry, long position, long due)
    {
        entry.Due = due;
        entry.PreviousTimed = -1;
        entry.NextTimed = _firstTimed;
        if (_firstTimed >= 0) _entries[_firstTimed].PreviousTimed = position;
        _firstTimed = position;
        _nextDue = Math.Min(_nextDue, due);
    }

    private void StopTiming(ref QueueEntry entry, long position)
    {
        if (entry.PreviousTimed >= 0) _entries[entry.PreviousTimed].NextTimed = entry.NextTimed;
        else if (_firstTimed == position) _firstTimed = entry.NextTimed;
        if (entry.NextTimed >= 0) _entries[entry.NextTimed].PreviousTimed = entry.PreviousTimed;
    }

    /// <summary>Ends the leases and delays that are over.</summary>
    private void EndDue(long now)
    {
        if (now < _nextDue) return;
        _found.Clear();
        _nextDue = long.MaxValue;
        for (var position = _firstTimed; position >= 0; position = _entries[position].NextTimed)
        {
            if (_entries[position].Due <= now) _found.Add(position);
            else _nextDue = Math.Min(_nextDue, _entries[position].Due);
        }

        _found.Sort();
        foreach (var position in _found)
        {
            if (_entries[position].State == QueueState.Leased) Return(position, now, TimeSpan.Zero, expired: true);
            else EndDelay(ref _entries[position], position);
        }
    }

    private void EndDelay(ref QueueEntry entry, long position)
    {
        StopTiming(ref entry, position);
        entry.State = QueueState.Waiting;
        if (entry.Key is { } key) MakeReady(key);
        else _ready.Enqueue(position);
    }
}
