using EventFabric.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace EventFabric.Tests.Engine;

/// <summary>One thread, the test's own: work runs when it is told to, time passes when it is told to, jitter comes from a seed.</summary>
internal sealed class EngineScheduler : WorkScheduler
{
    private readonly Queue<IThreadPoolWorkItem> _items = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public bool Inline { get; init; }

    public override TimeProvider Time => Clock;

    public override Random Random { get; } = new(7);

    public override bool RunsFastWorkInline => Inline;

    public int Queued => _items.Count;

    public override void Queue(IThreadPoolWorkItem item) => _items.Enqueue(item);

    /// <summary>Runs the next item only.</summary>
    public void Step() => _items.Dequeue().Execute();

    /// <summary>Runs what is queued, and what that queues.</summary>
    public void Run()
    {
        for (var left = 1_000_000; _items.TryDequeue(out var item); left--)
        {
            if (left == 0)
                throw new InvalidOperationException("A million items, and no end of them.");
            item.Execute();
        }
    }

    /// <summary>Runs, lets time pass in one step, and runs again.</summary>
    public void Advance(TimeSpan by)
    {
        Run();
        Clock.Advance(by);
        Run();
    }

    /// <summary>The same in small steps, so that what a timer starts has its own timers within the time.</summary>
    public void Advance(TimeSpan by, TimeSpan step)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += step)
            Advance(step);
    }
}
