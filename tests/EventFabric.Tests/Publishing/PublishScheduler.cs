using EventFabric.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace EventFabric.Tests.Publishing;

/// <summary>Runs work only when told, on the caller's thread, with a clock that stands still: a test sees every step.</summary>
internal sealed class PublishScheduler : WorkScheduler
{
    private readonly Queue<IThreadPoolWorkItem> _items = new();

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public override TimeProvider Time => Clock;

    /// <summary>How many items were queued so far.</summary>
    public int Queued { get; private set; }

    public override void Queue(IThreadPoolWorkItem item)
    {
        lock (_items)
        {
            Queued++;
            _items.Enqueue(item);
        }
    }

    /// <summary>Runs what is queued, and what that queues.</summary>
    public void Run()
    {
        for (var steps = 0; steps < 100_000; steps++)
        {
            IThreadPoolWorkItem? item;
            lock (_items)
            {
                if (!_items.TryDequeue(out item))
                    return;
            }

            item.Execute();
        }

        throw new InvalidOperationException("The work never ends.");
    }

    public void Advance(TimeSpan by)
    {
        Run();
        Clock.Advance(by);
        Run();
    }
}
