namespace EventFabric.Publishing;

/// <summary>The one timer of a channel: rings at the earliest time that was asked for. Under the channel's lock, but for the ringing.</summary>
internal sealed class PublishAlarm : IAsyncDisposable
{
    private const long Never = long.MaxValue;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly Action _ring;
    private ITimer? _timer;
    private long _at = Never;
    private bool _rang;

    /// <param name="time">The clock.</param>
    /// <param name="ring">Called on the timer's thread; must only store and queue. Whoever it queues calls <see cref="Settle"/>.</param>
    internal PublishAlarm(TimeProvider time, Action ring)
    {
        _time = time;
        _ring = ring;
    }

    /// <summary>Makes it ring at a time, unless it rings earlier anyway.</summary>
    /// <param name="at">A timestamp; <see cref="long.MaxValue"/>: never.</param>
    internal void RingBy(long at)
    {
        if (at >= _at)
            return;
        _at = at;
        _timer ??= _time.CreateTimer(static alarm => ((PublishAlarm)alarm!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var now = _time.GetTimestamp();
        _timer.Change(at <= now ? TimeSpan.Zero : InTimerUnits(_time.GetElapsedTime(now, at)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Forgets the time that has rung.</summary>
    internal void Settle()
    {
        if (!Volatile.Read(ref _rang))
            return;
        Volatile.Write(ref _rang, false);
        _at = Never;
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
    }

    // Timers count milliseconds and cut: rung too early, it would only be set again for what is left.
    private static TimeSpan InTimerUnits(TimeSpan wait) =>
        wait >= Longest ? Longest : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private void Ring()
    {
        Volatile.Write(ref _rang, true);
        _ring();
    }
}
