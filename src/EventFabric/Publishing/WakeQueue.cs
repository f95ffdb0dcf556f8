using EventFabric.Scheduling;

namespace EventFabric.Publishing;

/// <summary>
/// Wakes callers: here user code runs, on the scheduler, under no lock. A burst costs one hop. While it runs, a second item stands by, so that a
/// continuation that blocks its thread (waiting, say, for a publish of the same burst) does not hold up the others.
/// </summary>
internal sealed class WakeQueue(WorkScheduler scheduler) : IThreadPoolWorkItem
{
    private readonly object _sync = new();
    private SinkList _waiting;
    private bool _queued;

    /// <summary>Wakes the callers on the scheduler. Any thread.</summary>
    internal void Add(SinkList sinks)
    {
        if (sinks.IsEmpty)
            return;
        lock (_sync)
        {
            _waiting.Add(sinks);
            if (_queued)
                return;
            _queued = true;
        }

        scheduler.Queue(this);
    }

    /// <summary>Wakes the callers on this stack, which must be the scheduler's.</summary>
    internal void Run(SinkList sinks)
    {
        lock (_sync)
            _waiting.Add(sinks);
        Drain();
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_sync)
            _queued = false;
        Drain();
    }

    private void Drain()
    {
        var first = true;
        while (true)
        {
            PublishSink? sink;
            var standBy = false;
            lock (_sync)
            {
                sink = _waiting.Take();
                if (first && !_waiting.IsEmpty && !_queued)
                    _queued = standBy = true;
            }

            if (sink is null)
                return;
            if (standBy)
                scheduler.Queue(this);
            first = false;
            sink.Wake();
        }
    }
}
