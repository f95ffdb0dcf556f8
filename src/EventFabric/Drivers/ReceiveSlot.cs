using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;

namespace EventFabric.Drivers;

/// <summary>
/// The one <see cref="IReceiver.ReceiveAsync"/> that may be pending: started by the engine, ended by a driver's thread. Waiting costs no allocation, and the
/// engine goes on on a thread of the pool, never on the driver's. All members may be called from any thread.
/// </summary>
[Experimental("EVF9001")]
public sealed class ReceiveSlot : IValueTaskSource<InboundBatch?>
{
    private readonly object _sync = new();
    private ManualResetValueTaskSourceCore<InboundBatch?> _source = new() { RunContinuationsAsynchronously = true };
    private Exception? _failure;
    private bool _stopped;
    private int _wanted;

    /// <summary>How many records the pending Receive takes; 0: none is pending.</summary>
    public int Wanted => Volatile.Read(ref _wanted);

    /// <summary>Whether <see cref="Stop"/> was called.</summary>
    public bool IsStopped => Volatile.Read(ref _stopped);

    /// <summary>Begins to wait.</summary>
    /// <param name="maxRecords">The most records that are wanted, at least 1.</param>
    /// <returns>What Receive returns. Ended at once after <see cref="Stop"/> and <see cref="Fail"/>.</returns>
    /// <exception cref="InvalidOperationException">One is pending already.</exception>
    public ValueTask<InboundBatch?> Start(int maxRecords)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        lock (_sync)
        {
            if (_wanted > 0)
                throw new InvalidOperationException("A receive is pending already; one at a time.");
            if (_failure is { } failure)
                return ValueTask.FromException<InboundBatch?>(failure);
            if (_stopped)
                return default;
            _source.Reset();
            _wanted = maxRecords;
            return new ValueTask<InboundBatch?>(this, _source.Version);
        }
    }

    /// <summary>Hands a batch over.</summary>
    /// <param name="batch">At most <see cref="Wanted"/> records.</param>
    /// <returns>False: nobody waits any more, and the batch is still the caller's.</returns>
    public bool TryComplete(InboundBatch batch)
    {
        if (!TryTake())
            return false;
        _source.SetResult(batch);
        return true;
    }

    /// <summary>Ends the pending Receive with nothing, and every later one.</summary>
    public void Stop()
    {
        lock (_sync)
            _stopped = true;
        if (TryTake())
            _source.SetResult(null);
    }

    /// <summary>Ends the pending Receive with an error, and every later one.</summary>
    /// <param name="error">One that the connection can classify.</param>
    public void Fail(Exception error)
    {
        lock (_sync)
            _failure = error;
        if (TryTake())
            _source.SetException(error);
    }

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
