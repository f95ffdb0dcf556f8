using System.Runtime.CompilerServices;

namespace EventFabric.Scheduling;

/// <summary>Awaitable that continues on a scheduler. For beginnings, not for hot paths: it allocates.</summary>
internal readonly struct SchedulerSwitch(WorkScheduler scheduler) : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public SchedulerSwitch GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => scheduler.Queue(new ActionItem(continuation));

    public void UnsafeOnCompleted(Action continuation) => scheduler.Queue(new ActionItem(continuation));
}
