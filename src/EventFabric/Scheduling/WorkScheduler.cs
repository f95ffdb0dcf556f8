namespace EventFabric.Scheduling;

/// <summary>Where the engine's work runs: every hop between threads goes through here, so that a simulation can own all of them.</summary>
internal abstract class WorkScheduler
{
    /// <summary>The clock of everything that runs on this scheduler.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>Runs the item once, on another stack. Any thread may call; the order of items is not promised.</summary>
    public abstract void Queue(IThreadPoolWorkItem item);
}
