using System.Threading.Tasks.Sources;
using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.InMemory;

/// <summary>The one Receive of a receiver that may be pending: it is woken through the scheduler, looks again, and goes on or waits on.</summary>
internal sealed class PendingReceive(object gate, ReaderGroup group, Membership member, long maxBytes, WorkScheduler scheduler)
    : Wakeable(scheduler), IValueTaskSource<InboundBatch?>
{
    private readonly SlotPool<InMemoryBatch> _batches = new(32);
    private ManualResetValueTaskSourceCore<InboundBatch?> _source;
    private State _state;
    private int _max;
    private bool _stopped;

    private enum State : byte
    {
        Idle,
        Waiting,
        Woken,
    }

    /// <summary>Under the gate.</summary>
    public bool IsWaiting => _state == State.Waiting;

    public ValueTask<InboundBatch?> Start(int max)
    {
        InMemoryBatch? batch;
        bool waits;
        WakeList wake = default;
        lock (gate)
        {
            if (_state != State.Idle) throw new InvalidOperationException("A receive is pending already; one at a time.");
            _max = max;
            _source.Reset();
            waits = !TryReceive(out batch, ref wake);
        }

        wake.Run();
        return waits ? new ValueTask<InboundBatch?>(this, _source.Version) : new ValueTask<InboundBatch?>(batch?.Fill());
    }

    /// <summary>Runs after a wake.</summary>
    public override void Execute()
    {
        InMemoryBatch? batch;
        bool waits;
        WakeList wake = default;
        lock (gate) waits = !TryReceive(out batch, ref wake);
        wake.Run();
        if (!waits) _source.SetResult(batch?.Fill());
    }

    /// <summary>Under the gate.</summary>
    public void Wake(ref WakeList wake)
    {
        if (_state != State.Waiting) return;
        _state = State.Woken;
        wake.Add(this);
    }

    /// <summary>Ends the wait with nothing, and every later one. Under the gate.</summary>
    public void Stop(ref WakeList wake)
    {
        _stopped = true;
        Wake(ref wake);
    }

    InboundBatch? IValueTaskSource<InboundBatch?>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<InboundBatch?>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<InboundBatch?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>Under the gate. False: the Receive waits.</summary>
    private bool TryReceive(out InMemoryBatch? batch, ref WakeList wake)
    {
        batch = null;
        _state = State.Idle;
        if (_stopped) return true;
        batch = _batches.Take() ?? new InMemoryBatch(_batches);
        batch.Begin(_max, maxBytes);
        var atEnd = group.Take(member, batch);
        if (batch.Count == 0)
        {
            batch.Recycle();
            batch = null;
        }

        var waits = batch is null && !atEnd;
        if (waits) _state = State.Waiting;
        group.AfterChange(ref wake);
        return !waits;
    }
}
