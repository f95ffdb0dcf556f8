namespace EventFabric.Concurrency.Exploring;

/// <summary>
/// A clock on which any time may have passed: a timer is a task that the explorer runs when it likes, and which moves the clock there. Timers
/// that are further away than the horizon never ring, so that a story that is not about timeouts has none.
/// </summary>
internal sealed class ExplorationClock(TimeSpan horizon) : TimeProvider
{
    private long _now = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void MoveTo(long time)
    {
        long now;
        do
        {
            now = Interlocked.Read(ref _now);
            if (now >= time)
                return;
        }
        while (Interlocked.CompareExchange(ref _now, time, now) != now);
    }

    /// <summary>Rings once for each change; what uses periods is not explored.</summary>
    private sealed class Timer(ExplorationClock clock, TimerCallback callback, object? state) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var version = Interlocked.Increment(ref _version);
            if (dueTime == Timeout.InfiniteTimeSpan || dueTime > clock.Horizon)
                return true;
            var due = clock.GetTimestamp() + dueTime.Ticks;
            _ = Task.Run(() => Ring(version, due));
            return true;
        }

        public void Dispose() => Interlocked.Increment(ref _version);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Ring(int version, long due)
        {
            if (Interlocked.CompareExchange(ref _version, 0, 0) != version)
                return;
            clock.MoveTo(due);
            callback(state);
        }
    }

    private TimeSpan Horizon { get; } = horizon;
}
