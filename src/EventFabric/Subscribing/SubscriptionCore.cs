using EventFabric.Configuration.Plans;
using EventFabric.DeadLettering;
using EventFabric.Diagnostics;
using EventFabric.Drivers;
using EventFabric.Envelope;
using EventFabric.Lanes;
using EventFabric.Retry;
using EventFabric.Scheduling;

namespace EventFabric.Subscribing;

/// <summary>
/// What the rooms of one running subscription share: its plan, its lanes and workers, the records in flight, and the one lock. Receivers
/// come and go (<see cref="ReceiverSession"/>), this stays.
/// </summary>
internal sealed class SubscriptionCore : ILaneHost, IDisposable
{
    private readonly Stack<InFlightRecord> _records = new();
    private readonly Stack<BatchLease> _leases = new();
    private readonly List<InboundBatch> _recycle = [];
    private readonly List<TaskCompletionSource> _idle = [];
    private readonly List<ISubscriptionWorker> _workers = [];
    private readonly string? _foreignType;
    private TaskCompletionSource? _allIdle;
    private long _arrivals;
    private volatile bool _hasAfterwork;

    public SubscriptionCore(SubscriptionPlan plan, HandlerTable handlers, SubscriptionServices services)
    {
        (Plan, Handlers, Services) = (plan, handlers, services);
        _foreignType = plan.Channel.ForeignType;
        var batch = handlers.HasBatches ? plan.Batch.MaxSize : 0;
        Lanes = new LaneScheduler(services.Scheduler, new LaneLimits(plan.MaxConcurrency, plan.MaxInFlight, plan.MaxInFlightBytes, batch, plan.Batch.MaxWait), this);
        Retry = new RetryPolicy(plan.Retry, plan.OnExhausted == ExhaustedPolicy.Block, services.Scheduler);
        Failures = new FailurePath(this);
        Parked = plan.OnExhausted == ExhaustedPolicy.ParkKey ? new ParkedKeys(plan, services.Scheduler, services.Logger) : null;
        DeadLetters = new DeadLetterRouter(this);
        Leases = new LeaseKeeper(this);
        Calls = new CallWatch(this);
    }

    public SubscriptionPlan Plan { get; }

    public HandlerTable Handlers { get; }

    public SubscriptionServices Services { get; }

    public WorkScheduler Scheduler => Services.Scheduler;

    public FabricMetrics Metrics => Services.Metrics;

    public LaneScheduler Lanes { get; }

    /// <summary>Guards lanes, records in flight, trackers and what is noted for settlement.</summary>
    public object Sync => Lanes.Sync;

    public RetryPolicy Retry { get; }

    public FailurePath Failures { get; }

    public DeadLetterRouter DeadLetters { get; }

    /// <summary>Only under ParkKey.</summary>
    public ParkedKeys? Parked { get; }

    public LeaseKeeper Leases { get; }

    public CallWatch Calls { get; }

    public bool IsOrdered => Plan.Ordering == OrderingMode.PerKey;

    /// <summary>Stopping: what has not begun is given back.</summary>
    public bool IsDraining { get; set; }

    /// <summary>The receiver that is open; null between two.</summary>
    public ReceiverSession? Session { get; set; }

    /// <summary>Partitions that were told to stop delivering.</summary>
    public int ClosedFlows { get; set; }

    public long Now => Scheduler.Time.GetTimestamp();

    public IReadOnlyList<ISubscriptionWorker> Workers => _workers;

    public EnvelopeDecoder DecoderFor(CloudEventsBinding binding) => new(binding, _foreignType, Plan.Channel.Name);

    public LaneWorker CreateWorker()
    {
        LaneWorker worker = Handlers.HasBatches ? new BatchWorker(this) : new HandlerWorker(this);
        _workers.Add((ISubscriptionWorker)worker);
        return worker;
    }

    public BatchLease RentLease(InboundBatch batch)
    {
        if (!_leases.TryPop(out var lease))
            lease = new BatchLease();
        (lease.Batch, lease.Remaining) = (batch, 0);
        return lease;
    }

    public void ReturnLease(BatchLease lease)
    {
        lease.Batch = null;
        _leases.Push(lease);
    }

    public InFlightRecord RentRecord()
    {
        if (!_records.TryPop(out var record))
            record = new InFlightRecord();
        record.Arrival = ++_arrivals;
        return record;
    }

    /// <summary>The record's bytes were copied, or are not needed any more. Under the lock.</summary>
    public void LeaveBatch(InFlightRecord record)
    {
        if (record.Batch is not { } lease)
            return;
        record.Batch = null;
        if (--lease.Remaining > 0)
            return;
        _recycle.Add(lease.Batch!);
        _hasAfterwork = true;
        ReturnLease(lease);
    }

    public void Finished(LaneRecord record, Verdict verdict)
    {
        var done = (InFlightRecord)record;
        var part = done.Part;
        done.Session.Settler.Note(done, verdict);
        LeaveBatch(done);
        part.InFlight--;
        if (part.TakeIdleWaiter() is { } waiter)
        {
            _idle.Add(waiter);
            _hasAfterwork = true;
        }

        if (_allIdle is not null && Lanes.Table.Count == 0)
        {
            _idle.Add(_allIdle);
            (_allIdle, _hasAfterwork) = (null, true);
        }

        done.Clear();
        _records.Push(done);
    }

    public void AfterFinished()
    {
        Session?.Settler.Kick();
        if (ClosedFlows > 0)
            Session?.ReopenFlow();
        if (!_hasAfterwork)
            return;
        InboundBatch? first = null;
        InboundBatch[] others = [];
        TaskCompletionSource[] idle;
        lock (Sync)
        {
            _hasAfterwork = false;

            // Nearly always it is one batch: no array for it.
            if (_recycle.Count > 0)
                (first, others) = (_recycle[0], _recycle.Count == 1 ? [] : [.. _recycle.Skip(1)]);
            idle = [.. _idle];
            _recycle.Clear();
            _idle.Clear();
        }

        first?.Recycle();
        foreach (var batch in others)
            batch.Recycle();
        foreach (var waiter in idle)
            waiter.SetResult();
    }

    /// <summary>Ends when nothing is in flight.</summary>
    public Task WhenIdleAsync()
    {
        lock (Sync)
        {
            if (Lanes.Table.Count == 0)
                return Task.CompletedTask;
            _allIdle ??= new TaskCompletionSource();
            return _allIdle.Task;
        }
    }

    /// <summary>Drops what has not begun.</summary>
    public void Drop(Func<InFlightRecord, bool> condition, Verdict verdict) => Lanes.DropQueued(record => condition((InFlightRecord)record), verdict);

    /// <summary>Gives failed records back: those that wait stop waiting; with <paramref name="now"/> dead-letter writes under way end too.</summary>
    public void ReleaseFailed(Func<InFlightRecord, bool> condition, Verdict verdict, bool now)
    {
        List<(FailedRecord Failed, bool WasReady)> released = [];
        lock (Sync)
        {
            for (var at = (InFlightRecord?)Lanes.Table.Oldest; at is not null; at = (InFlightRecord?)at.Newer)
            {
                if (at.Failed is { } failed && condition(at))
                    released.Add((failed, Lanes.Table.CancelRetry(at)));
            }
        }

        foreach (var (failed, wasReady) in released)
        {
            failed.Release(verdict, now);
            if (wasReady)
                failed.Report(new AttemptOutcome(default, null, IsReleased: true));
        }
    }

    /// <summary>Cancels the handlers that run for such records; on the scheduler, never on the caller's thread.</summary>
    public void Interrupt(Func<InFlightRecord, bool> condition, CallEnd reason)
    {
        ISubscriptionWorker[] workers;
        lock (Sync)
            workers = [.. _workers];
        Scheduler.Queue(new ActionItem(() =>
        {
            foreach (var worker in workers)
                worker.Call.Cancel(condition, reason);
        }));
    }

    public void SettleNotApplied(SettleOutcome outcome)
    {
        Metrics.SettleFailed(Plan.Name, Plan.Channel.Name, 1);
        if (outcome.Status == SettleStatus.Failed)
            SubscriptionLog.SettleFailed(Services.Logger, Plan.Name, outcome.Error);
        else
            SubscriptionLog.SettledTooLate(Services.Logger, Plan.Name);
    }

    public void LogLost(int partitions, Exception? cause) => SubscriptionLog.Lost(Services.Logger, Plan.Name, partitions, cause);

    public void LogNeverAssigned() => SubscriptionLog.NeverAssigned(Services.Logger, Plan.Name);

    public void LogState(ChannelState state, Exception? cause) => SubscriptionLog.State(Services.Logger, Plan.Name, state, cause);

    public void Dispose()
    {
        Parked?.Dispose();
        Lanes.Dispose();
        Leases.Dispose();
        Calls.Dispose();
        foreach (var worker in _workers)
            worker.Dispose();
    }
}
