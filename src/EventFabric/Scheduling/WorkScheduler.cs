namespace EventFabric.Scheduling;

/// <summary>Where the engine's work runs: every hop between threads goes through here, so that a simulation can own all of them.</summary>
internal abstract class WorkScheduler
{
    /// <summary>The clock of everything that runs on this scheduler.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>Source of jitter; a simulation gives a seeded one.</summary>
    public virtual Random Random => Random.Shared;

    /// <summary>Whether work that is known to be fast may run on the thread that found it, without a hop.</summary>
    public virtual bool RunsFastWorkInline => true;

    /// <summary>Runs the item once, on another stack. Any thread may call; the order of items is not promised.</summary>
    public abstract void Queue(IThreadPoolWorkItem item);

    /// <summary>
    /// Waits on this scheduler's clock. What follows runs where the wait ended, which is the timer's stack or that of who cancelled the token:
    /// a cancelled <see cref="Task.Delay(TimeSpan, TimeProvider, CancellationToken)"/> would go on on the thread pool, whatever the scheduler is.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (delay <= TimeSpan.Zero)
            return;
        var ended = new TaskCompletionSource();
        var timer = Time.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), ended, delay, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            var registration = cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), ended);
            await using (registration.ConfigureAwait(false))
                await ended.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Awaited: what follows runs on this scheduler, on another stack.</summary>
    public SchedulerSwitch SwitchAsync() => new(this);
}
