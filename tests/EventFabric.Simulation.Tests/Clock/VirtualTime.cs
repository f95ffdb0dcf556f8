namespace EventFabric.Simulation.Clock;

/// <summary>A clock that stands still until it is moved, and jumps from timer to timer. One thread.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly PriorityQueue<(VirtualTimer Timer, int Version), (long Due, long Order)> _due = new();
    private long _order;

    public TimeSpan Now { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => Epoch + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass, and fires what becomes due meanwhile.</summary>
    public void Pass(TimeSpan by)
    {
        var until = Now + by;
        while (FireNext(until))
        {
        }

        Now = until;
    }

    /// <summary>Goes to the next timer and fires it; false when there is none up to then.</summary>
    public bool FireNext(TimeSpan until)
    {
        while (_due.TryPeek(out var next, out var at) && at.Due <= until.Ticks)
        {
            _due.Dequeue();
            if (next.Timer.Version != next.Version)
                continue;
            Now = TimeSpan.FromTicks(Math.Max(Now.Ticks, at.Due));
            next.Timer.Fire();
            return true;
        }

        return false;
    }

    private void Enqueue(VirtualTimer timer, TimeSpan dueTime) => _due.Enqueue((timer, timer.Version), ((Now + dueTime).Ticks, _order++));

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;
        private bool _disposed;

        public int Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
                return false;
            Version++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
                time.Enqueue(this, dueTime);
            return true;
        }

        public void Fire()
        {
            Version++;
            if (_period > TimeSpan.Zero)
                time.Enqueue(this, _period);
            callback(state);
        }

        public void Dispose()
        {
            _disposed = true;
            Version++;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
