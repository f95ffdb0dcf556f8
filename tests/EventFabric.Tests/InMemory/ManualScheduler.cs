using EventFabric.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace EventFabric.Tests.InMemory;

/// <summary>Runs work only when told, on the caller's thread, so that a test sees every step.</summary>
internal sealed class ManualScheduler : WorkScheduler
{
    private readonly Queue<IThreadPoolWorkItem> _items = new();

    public FakeTimeProvider Clock { get; } = new();

    public override TimeProvider Time => Clock;

    public override void Queue(IThreadPoolWorkItem item)
    {
        lock (_items) _items.Enqueue(item);
    }

    /// <summary>Runs the next item only. False: there is none.</summary>
    public bool Step()
    {
        IThreadPoolWorkItem? item;
        lock (_items)
        {
            if (!_items.TryDequeue(out item)) return false;
        }

        item.Execute();
        return true;
    }

    /// <summary>Runs what is queued, and what that queues.</summary>
    public void Run()
    {
        // With the test framework's context on the thread, continuations of tasks would go to the pool instead of running here.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            RunAll();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public void Advance(TimeSpan by)
    {
        Run();
        Clock.Advance(by);
        Run();
    }

    private void RunAll()
    {
        while (Step())
        {
        }
    }
}
