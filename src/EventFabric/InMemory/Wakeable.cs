using EventFabric.Scheduling;

namespace EventFabric.InMemory;

/// <summary>Something that the store sets going: never under its gate, always by one hop through the scheduler of the connection that it belongs to.</summary>
internal abstract class Wakeable(WorkScheduler scheduler) : IThreadPoolWorkItem
{
    public WorkScheduler Scheduler => scheduler;

    /// <summary>The next in a <see cref="WakeList"/>; a wakeable is in one list at a time.</summary>
    public Wakeable? NextWoken { get; set; }

    public abstract void Execute();
}
