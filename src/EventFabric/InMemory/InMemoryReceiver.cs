using System.Threading.Tasks.Sources;
using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.InMemory;

/// <summary>What both profiles' receivers have in common: the one pending Receive, its waking, and the membership.</summary>
internal abstract class InMemoryReceiver : Wakeable, IReceiver, IFaultableReceiver, IValueTaskSource<InboundBatch?>
{
    private readonly SlotPool<InMemoryBatch> _batches = new(32);
    private readonly long _maxBytes;
    private ManualResetValueTaskSourceCore<InboundBatch?> _pending;
    private WaitState _wait;
    private int _max;
    private bool _stopped;

    protected InMemoryReceiver(InMemoryAddress address, ReaderGroup group, ChannelPlan plan, IReceiverEvents events, WorkScheduler scheduler)
        : base(scheduler)
    {
        Gate = address.Gate;
        Browses = plan.Mode == ReceiveMode.Browse;
        _maxBytes = plan.MaxInFlightBytes;
        Member = new Membership(Gate, group, events, scheduler, plan.RevokeGrace) { Receiver = this };
    }

    private enum WaitState : byte
    {
        Idle,
        Waiting,
        Woken,
    }

    public abstract ReceiveTraits Traits { get; }

    public Membership Member { get; }

    public bool Browses { get; }

    /// <summary>Whether a Receive waits to be woken. Under the gate.</summary>
    public bool IsWaiting => _wait == WaitState.Waiting;

    protected object Gate { get; }

    public ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
    {
        InMemoryBatch? batch;
        bool waits;
        WakeList wake = default;
        lock (Gate)
        {
            if (_wait != WaitState.Idle) throw new InvalidOperationException("A receive is pending already; one at a time.");
            _max = maxRecords;
            _pending.Reset();
            waits = !TryReceive(out batch, ref wake);
        }

        wake.Run();
        return waits ? new ValueTask<InboundBatch?>(this, _pending.Version) : new ValueTask<InboundBatch?>(batch?.Fill());
    }

    /// <summary>Runs after a wake: hands over what there is by now, or waits on.</summary>
    public override void Execute()
    {
        InMemoryBatch? batch;
        bool waits;
        WakeList wake = default;
        lock (Gate) waits = !TryReceive(out batch, ref wake);
        wake.Run();
        if (!waits) _pending.SetResult(batch?.Fill());
    }

    /// <summary>Sets a waiting Receive going. Under the gate.</summary>
    public void Wake(ref WakeList wake)
    {
        if (_wait != WaitState.Waiting) return;
        _wait = WaitState.Woken;
        wake.Add(this);
    }

    public abstract ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken);

    public void SetFlow(Ownership part, bool open)
    {
        WakeList wake = default;
        lock (Gate)
        {
            if (Member.Find(part) is not { } tenure) return;
            tenure.Open = open;
            if (open) Wake(ref wake);
        }

        wake.Run();
    }

    public ValueTask StopAsync(CancellationToken cancellationToken)
    {
        WakeList wake = default;
        lock (Gate)
        {
            _stopped = true;
            Wake(ref wake);
        }

        wake.Run();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        Member.Leave();
    }

    void IFaultableReceiver.Crash() => Member.Leave();

    void IFaultableReceiver.Revoke(int? partition) => Member.Take(partition, ask: true);

    void IFaultableReceiver.Steal(int? partition) => Member.Take(partition, ask: false);

    InboundBatch? IValueTaskSource<InboundBatch?>.GetResult(short token) => _pending.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<InboundBatch?>.GetStatus(short token) => _pending.GetStatus(token);

    void IValueTaskSource<InboundBatch?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _pending.OnCompleted(continuation, state, token, flags);

    /// <summary>Takes records into the batch. Under the gate. Returns whether none can come any more.</summary>
    protected abstract bool Take(InMemoryBatch batch, int max, long maxBytes);

    /// <summary>Records were taken, or a Receive is going to wait. Under the gate.</summary>
    protected virtual void AfterTake(ref WakeList wake)
    {
    }

    /// <summary>Under the gate. False: the Receive waits.</summary>
    private bool TryReceive(out InMemoryBatch? batch, ref WakeList wake)
    {
        batch = null;
        _wait = WaitState.Idle;
        if (_stopped) return true;
        batch = _batches.Take() ?? new InMemoryBatch(_batches);
        var atEnd = Take(batch, _max, _maxBytes);
        if (batch.Count == 0)
        {
            batch.Recycle();
            batch = null;
        }

        var waits = batch is null && !atEnd;
        if (waits) _wait = WaitState.Waiting;
        AfterTake(ref wake);
        return !waits;
    }
}
