using EventFabric.Drivers;
using EventFabric.InMemory;
using EventFabric.Scheduling;

namespace EventFabric.Testing.Faults;

/// <summary>Receives what the inner receiver does and what the plan hands out again, and settles what no fault stops.</summary>
internal class FaultReceiver(IReceiver inner, FaultTenures tenures, FaultPlan plan, WorkScheduler scheduler) : IReceiver
{
    private readonly object _gate = new();
    private readonly InFlight _inFlight = new();
    private readonly Queue<HashSet<RecordRef>> _again = new();
    private Task<InboundBatch?>? _pending;
    private Signal? _signal;
    private bool _stolen;

    public ReceiveTraits Traits => inner.Traits;

    /// <summary>The inner receiver, where a test can take partitions away from it.</summary>
    public IFaultableReceiver Faultable => inner as IFaultableReceiver
        ?? throw new NotSupportedException($"{inner.GetType().Name} cannot be made to give up partitions; start or stop another member instead.");

    protected FaultPlan Plan => plan;

    private long Now => scheduler.Time.GetTimestamp();

    public async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_stolen) throw new FaultException(ErrorKind.Fenced);
                while (_again.TryDequeue(out var chosen))
                {
                    // What was settled since is not in flight any more.
                    if (_inFlight.Copy(chosen, Now) is { } again) return again;
                }
            }

            if (_pending is null)
            {
                // One continuation for each inner receive: of several on one task some would go to the pool.
                _pending = inner.ReceiveAsync(maxRecords).AsTask();
                if (!_pending.IsCompleted) _pending.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(Raise);
            }

            if (_pending.IsCompleted)
            {
                var ended = _pending;
                _pending = null;
                var batch = await ended.ConfigureAwait(false);
                if (batch is null) return null;
                plan.CountReceived(batch.Records.Length);
                _inFlight.Add(batch);
                return batch;
            }

            await WaitAsync(_pending).ConfigureAwait(false);
        }
    }

    public ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        var go = new List<int>();
        for (var i = 0; i < commands.Length; i++)
        {
            if (Stops(plan.OnSettle?.Invoke(commands.Span[i]) ?? default) is { } outcome) outcomes.Span[i] = outcome;
            else go.Add(i);
        }

        return go.Count == 0 ? default : SettleSomeAsync(go, commands, outcomes, cancellationToken);
    }

    public void SetFlow(Ownership part, bool open) => inner.SetFlow(part, open);

    public ValueTask StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate) _again.Clear();
        return inner.StopAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        plan.Remove(this);
        return inner.DisposeAsync();
    }

    internal void Crash()
    {
        lock (_gate) _again.Clear();
        if (inner is IFaultableReceiver faultable) faultable.Crash();
        else _ = inner.DisposeAsync().AsTask();
    }

    /// <summary>Takes partitions away without asking: by the receiver's own means, else by ending its tenures here and, as a broker does that fences a member, its receiving.</summary>
    internal void Steal(int? partition)
    {
        if (inner is IFaultableReceiver faultable)
        {
            faultable.Steal(partition);
            return;
        }

        tenures.Steal(partition);
        lock (_gate) _stolen = true;
        Raise();
    }

    internal void Redeliver(Predicate<RecordRef> which)
    {
        Signal? signal;
        lock (_gate)
        {
            var chosen = _inFlight.Choose(which, Now);
            if (chosen.Count == 0) return;
            plan.CountRedelivered(chosen.Count);
            _again.Enqueue(chosen);
            signal = _signal;
        }

        if (signal is not null) scheduler.Queue(signal);
    }

    /// <summary>The broker has extended a lease.</summary>
    protected void Extended(RecordRef record, TimeSpan by) =>
        _inFlight.Extend(record, Now + (long)(by.TotalSeconds * scheduler.Time.TimestampFrequency));

    /// <summary>The outcome of a command that does not reach the driver; null: it does.</summary>
    protected SettleOutcome? Stops(SettleFault fault)
    {
        if (plan.HasCrashed) return new SettleOutcome(SettleStatus.LeaseLost, null);
        if (!fault.IsFault) return null;
        return fault.Error is { } error ? new SettleOutcome(SettleStatus.Failed, new FaultException(error)) : new SettleOutcome(SettleStatus.Applied, null);
    }

    private async ValueTask SettleSomeAsync(
        List<int> go,
        ReadOnlyMemory<SettleCommand> commands,
        Memory<SettleOutcome> outcomes,
        CancellationToken cancellationToken)
    {
        var some = go.ConvertAll(index => commands.Span[index]).ToArray();
        var answers = new SettleOutcome[some.Length];
        await inner.SettleAsync(some, answers, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < some.Length; i++)
        {
            outcomes.Span[go[i]] = answers[i];
            if (answers[i].Status != SettleStatus.Failed) _inFlight.Settled(some[i], inner.Traits.Ack);
        }
    }

    /// <summary>Waits until the inner receive has ended, or something is handed out again.</summary>
    private Task WaitAsync(Task<InboundBatch?> pending)
    {
        lock (_gate)
        {
            if (_stolen || _again.Count > 0 || pending.IsCompleted) return Task.CompletedTask;
            _signal = new Signal();
            return _signal.Raised;
        }
    }

    private void Raise()
    {
        Signal? signal;
        lock (_gate) signal = _signal;
        signal?.Execute();
    }

    /// <summary>Set going by the inner receive, on its thread, or through the scheduler.</summary>
    private sealed class Signal : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource _raised = new();

        public Task Raised => _raised.Task;

        public void Execute() => _raised.TrySetResult();
    }
}
