using System.Threading.Tasks.Sources;

namespace EventFabric.Publishing;

/// <summary>
/// One publish whose broker has not answered yet. Pooled, unless its caller can cancel: then somebody may still hold it when it is over.
/// </summary>
internal sealed class PendingPublish(PendingPool pool) : PublishSink, IValueTaskSource<PublishResult>
{
    private const int Waiting = 0;
    private const int Answered = 1;
    private const int Cancelled = 2;

    private ManualResetValueTaskSourceCore<PublishResult> _core;
    private PublishResult _result;
    private ChannelPublisher? _owner;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private object? _watching;
    private bool _over;
    private int _state;

    internal override bool IsAbandoned => Volatile.Read(ref _state) == Cancelled;

    /// <summary>The place in the queue of the channel, while it waits for one; under the channel's lock.</summary>
    internal WaitingPublish? Place { get; set; }

    internal ValueTask<PublishResult> Task => new(this, _core.Version);

    /// <summary>Says before anybody else knows it that the caller can cancel.</summary>
    internal void Bind(ChannelPublisher owner, CancellationToken cancellationToken)
    {
        _owner = owner;
        _token = cancellationToken;
        _watching = new object();
    }

    /// <summary>Begins to watch the token of <see cref="Bind"/>.</summary>
    internal void Watch()
    {
        var registration = _token.UnsafeRegister(static (sink, _) => ((PendingPublish)sink!).Cancel(), this);
        lock (_watching!)
        {
            if (!_over)
            {
                _registration = registration;
                return;
            }
        }

        registration.Unregister();
    }

    internal override bool Set(int index, in PublishResult result)
    {
        if (_owner is null)
            _state = Answered;
        else if (Interlocked.CompareExchange(ref _state, Answered, Waiting) != Waiting)
            return false;
        _result = result;
        return true;
    }

    internal override void Wake()
    {
        if (_owner is not null)
            Unwatch();
        if (_state == Cancelled)
            _core.SetException(new OperationCanceledException(_token));
        else if (_result.Error is { } error)
            _core.SetException(PublishErrors.Single(_result, error));
        else
            _core.SetResult(_result);
    }

    /// <summary>Takes the result at once, instead of <see cref="Task"/> and <see cref="Wake"/>.</summary>
    internal PublishResult TakeResult()
    {
        var result = _result;
        Recycle();
        return result;
    }

    public PublishResult GetResult(short token)
    {
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The publish has not ended: await it.");
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Recycle();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
            _owner!.Cancelled(this);
    }

    private void Unwatch()
    {
        CancellationTokenRegistration registration;
        lock (_watching!)
        {
            _over = true;
            registration = _registration;
        }

        registration.Unregister();
    }

    private void Recycle()
    {
        _result = default;
        if (_owner is not null)
            return;
        _core.Reset();
        _state = Waiting;
        IsOver = false;
        pool.Return(this);
    }
}
