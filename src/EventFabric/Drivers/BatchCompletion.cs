using System.Threading.Tasks.Sources;
using EventFabric.Scheduling;

namespace EventFabric.Drivers;

/// <summary>
/// What <see cref="SendBatch.Completion"/> awaits, used again with the batch. The one continuation is always queued: it must not run on the
/// driver's thread, inside <see cref="SendBatch.Complete"/>.
/// </summary>
internal sealed class BatchCompletion : IValueTaskSource, IThreadPoolWorkItem
{
    private static readonly Action<object?> Done = static _ => throw new InvalidOperationException("Marks a completed batch; never called.");

    private Action<object?>? _continuation;
    private object? _state;
    private Action<object?>? _queued;
    private short _version;

    internal WorkScheduler? Scheduler { get; set; }

    internal bool IsCompleted => ReferenceEquals(Volatile.Read(ref _continuation), Done);

    internal ValueTask Task => IsCompleted ? default : new ValueTask(this, _version);

    internal void Reset()
    {
        _version++;
        _queued = null;
        _state = null;
        Volatile.Write(ref _continuation, null);
    }

    internal void Signal()
    {
        if (Interlocked.Exchange(ref _continuation, Done) is { } waiting)
            Queue(waiting);
    }

    public void GetResult(short token)
    {
        Check(token);
        if (!IsCompleted)
            throw new InvalidOperationException("The batch is not completed.");
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        Check(token);
        return IsCompleted ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Check(token);
        _state = state;
        var previous = Interlocked.CompareExchange(ref _continuation, continuation, null);
        if (previous is null)
            return;
        if (!ReferenceEquals(previous, Done))
            throw new InvalidOperationException("The completion of a batch is awaited once.");
        Queue(continuation);
    }

    public void Execute() => _queued!(_state);

    private void Queue(Action<object?> continuation)
    {
        _queued = continuation;
        if (Scheduler is { } scheduler)
            scheduler.Queue(this);
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Check(short token)
    {
        if (token != _version)
            throw new InvalidOperationException("The batch has been used for other records since.");
    }
}
