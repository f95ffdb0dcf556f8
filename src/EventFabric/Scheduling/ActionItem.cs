namespace EventFabric.Scheduling;

/// <summary>A delegate as a work item.</summary>
internal sealed class ActionItem(Action action) : IThreadPoolWorkItem
{
    public void Execute() => action();
}
