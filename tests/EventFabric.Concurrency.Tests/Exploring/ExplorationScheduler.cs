using EventFabric.Scheduling;

namespace EventFabric.Concurrency.Exploring;

/// <summary>The scheduler of the explored engine: each item is a task, which the explorer runs beside all others in any order.</summary>
internal sealed class ExplorationScheduler(TimeSpan horizon, bool inline = false) : WorkScheduler
{
    public override TimeProvider Time { get; } = new ExplorationClock(horizon);

    public override Random Random { get; } = new(1);

    public override bool RunsFastWorkInline { get; } = inline;

    public override void Queue(IThreadPoolWorkItem item) => _ = Task.Run(item.Execute);
}
