namespace EventFabric.Lanes;

/// <summary>
/// Says when records are handed over as a batch: as soon as a batch is full, or when the oldest of them has waited long enough. The wait
/// is an age, it does not start again with every record. Guarded by the scheduler's lock, but for its timer's callback.
/// </summary>
internal sealed class BatchWindow : IDisposable
{
    private readonly TimeSpan _wait;
    private readonly Action _due;
    private readonly ITimer _timer;
    private volatile bool _expired;
    private bool _open;

    public BatchWindow(TimeProvider time, TimeSpan wait, Action due)
    {
        (_wait, _due) = (wait, due);
        _timer = time.CreateTimer(static state => ((BatchWindow)state!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A record can run now: its age counts from here, unless an older one waits.</summary>
    public void Open()
    {
        if (_open)
            return;
        _open = true;
        _expired = false;
        _timer.Change(_wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A batch was taken; what is left begins a new window.</summary>
    public void Taken(int left)
    {
        _open = false;
        if (left > 0)
            Open();
    }

    public bool IsDue(LaneTable table, int size) =>
        table.ReadyRecords >= size || (_expired && _open) || table.FirstReady is { Stage: LaneStage.Held };

    public void Dispose() => _timer.Dispose();

    private void Expire()
    {
        _expired = true;
        _due();
    }
}
