using System.Threading.Tasks.Sources;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Receiving;

/// <summary>The one Receive that may be pending, and what the poll thread sleeps on while there is none.</summary>
internal sealed class Demand : IValueTaskSource<InboundBatch?>, IDisposable
{
    private readonly object _sync = new();
    private readonly ManualResetEventSlim _news = new(initialState: false, spinCount: 50);
    private ManualResetValueTaskSourceCore<InboundBatch?> _source = new() { RunContinuationsAsynchronously = true };
    private Exception? _failure;
    private bool _stopped;
    private int _wanted;

    /// <summary>How many records the pending Receive takes; 0: none is pending.</summary>
    internal int Wanted => Volatile.Read(ref _wanted);

    internal bool IsStopped => Volatile.Read(ref _stopped);

    internal ValueTask<InboundBatch?> Start(int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        lock (_sync)
        {
            if (_wanted > 0)
                throw new InvalidOperationException("A receive is pending already; one at a time.");
            if (_failure is { } failure)
                return ValueTask.FromException<InboundBatch?>(failure);
            if (_stopped)
                return default;
            _source.Reset();
            _wanted = max;
        }

        _news.Set();
        return new ValueTask<InboundBatch?>(this, _source.Version);
    }

    /// <summary>Sleeps until something is wanted, somebody nudges, or the time is over. Poll thread only.</summary>
    internal void Wait(TimeSpan time)
    {
        _news.Wait(time);
        _news.Reset();
    }

    /// <summary>Wakes the poll thread.</summary>
    internal void Nudge() => _news.Set();

    /// <summary>Hands a batch over. False: nobody wants it any more.</summary>
    internal bool TryComplete(InboundBatch batch)
    {
        if (!TryTake())
            return false;
        _source.SetResult(batch);
        return true;
    }

    /// <summary>Ends the pending Receive with nothing, and every later one.</summary>
    internal void Stop()
    {
        Volatile.Write(ref _stopped, true);
        if (TryTake())
            _source.SetResult(null);
        _news.Set();
    }

    /// <summary>Ends the pending Receive with an error, and every later one.</summary>
    internal void Fail(Exception error)
    {
        lock (_sync)
            _failure = error;
        if (TryTake())
            _source.SetException(error);
    }

    public void Dispose() => _news.Dispose();

    InboundBatch? IValueTaskSource<InboundBatch?>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<InboundBatch?>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<InboundBatch?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private bool TryTake()
    {
        lock (_sync)
        {
            if (_wanted == 0)
                return false;
            _wanted = 0;
            return true;
        }
    }
}
