using System.Threading.Tasks.Sources;

namespace EventFabric.Scheduling;

/// <summary>
/// One waiter, any number of setters: a wait ends when the signal was set since the last one ended. The waiter goes on on the
/// scheduler, never on the stack of who set the signal. Nothing is allocated per wait.
/// </summary>
internal sealed class AsyncSignal(WorkScheduler scheduler) : IValueTaskSource, IThreadPoolWorkItem
{
    private readonly object _sync = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _set;
    private bool _waiting;

    /// <summary>Any thread.</summary>
    public void Set()
    {
        lock (_sync)
        {
            if (!_waiting)
            {
                _set = true;
                return;
            }

            _waiting = false;
        }

        scheduler.Queue(this);
    }

    /// <summary>At most one wait at a time.</summary>
    public ValueTask WaitAsync()
    {
        lock (_sync)
        {
            if (_set)
            {
                _set = false;
                return ValueTask.CompletedTask;
            }

            _waiting = true;
            _core.Reset();
            return new ValueTask(this, _core.Version);
        }
    }

    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
