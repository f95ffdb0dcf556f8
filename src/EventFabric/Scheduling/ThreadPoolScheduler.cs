namespace EventFabric.Scheduling;

/// <summary>The scheduler of real programs: the thread pool.</summary>
internal sealed class ThreadPoolScheduler(TimeProvider time) : WorkScheduler
{
    public override TimeProvider Time { get; } = time;

    // Global queue, not the caller's local one: a handler that blocks its thread must not keep the work that it made waiting.
    public override void Queue(IThreadPoolWorkItem item) => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
}
