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

    /// <summary>Awaited: what follows runs on this scheduler, on another stack.</summary>
    public SchedulerSwitch SwitchAsync() => new(this);
}
