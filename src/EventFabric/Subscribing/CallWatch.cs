namespace EventFabric.Subscribing;

/// <summary>
/// Cancels handlers that run longer than <c>HandlerTimeout</c>. One timer for the subscription: a handler that suspended is cancelled on
/// time; one that blocks its thread is noticed at the next tick, so after at most twice the timeout.
/// </summary>
internal sealed class CallWatch : IDisposable
{
    private readonly SubscriptionCore _core;
    private readonly ITimer _timer;
    private int _armed;

    public CallWatch(SubscriptionCore core)
    {
        _core = core;
        _timer = core.Scheduler.Time.CreateTimer(static state => ((CallWatch)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A handler runs.</summary>
    public void Arm()
    {
        if (Volatile.Read(ref _armed) == 0 && Interlocked.Exchange(ref _armed, 1) == 0)
            _timer.Change(_core.Plan.HandlerTimeout, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        ISubscriptionWorker[] workers;
        lock (_core.Sync)
            workers = [.. _core.Workers];
        TimeSpan? next = null;
        foreach (var worker in workers)
        {
            if (worker.Call.CheckTimeout(_core.Plan.HandlerTimeout) is { } left && (next is null || left < next))
                next = left;
        }

        if (next is { } wait)
        {
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            return;
        }

        Volatile.Write(ref _armed, 0);
        // A handler may have begun between the look and the mark.
        foreach (var worker in workers)
        {
            if (worker.Call.IsCalling)
            {
                Arm();
                return;
            }
        }
    }
}
