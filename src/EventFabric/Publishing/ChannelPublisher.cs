using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;
using EventFabric.Scheduling;
using Microsoft.Extensions.Logging;

namespace EventFabric.Publishing;

/// <summary>
/// Everything that is published to one address of one broker in one role: fills batches, decides when they go, sends again what failed without
/// changing the order of a key, and ends every publish within the timeout. Thread-safe; opens its sender on first use.
/// </summary>
/// <remarks>
/// One lock guards all state; user code and the driver run outside of it. Callers that find no call open hand their event to the driver themselves.
/// Everything else happens in one work item, the pump, which is queued when a record was completed, a call has ended, the alarm rang or a waiter came.
/// A driver that has completed everything inside its calls for a while is called under the lock: who finds the lock taken then waits a moment for it,
/// which is less than it takes to be woken.
/// </remarks>
internal sealed partial class ChannelPublisher : IThreadPoolWorkItem, IAsyncDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(5);

    private readonly object _sync = new();
    private readonly IBrokerConnection _connection;
    private readonly ChannelPlan _plan;
    private readonly ChannelPublisherSettings _settings;
    private readonly WorkScheduler _scheduler;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
    private readonly long _timeoutTicks;
    private readonly PendingPool _pool;
    private readonly SenderLink _link;
    private readonly PublishAlarm _alarm;
    private readonly PublishWaiters _waiters = new();
    private readonly PublishFences _fences = new();
    private readonly WakeQueue _wakeQueue;
    private readonly Action _signal;
    private readonly PublishGate _gate;
    private SinkList _wake;
    private int _signaled;
    private long _now;

    internal ChannelPublisher(IBrokerConnection connection, ChannelPlan plan, ChannelPublisherSettings settings, WorkScheduler scheduler, ILogger logger)
    {
        _connection = connection;
        _plan = plan;
        _settings = settings;
        _scheduler = scheduler;
        _logger = logger;
        _time = scheduler.Time;
        _random = new Random(settings.Seed ?? scheduler.Random.Next());
        _timeoutTicks = ToTicks(settings.PublishTimeout);
        _gate = new PublishGate(ToTicks(MaxAge));
        _pool = new PendingPool(Math.Max(16, settings.MaxPending));
        _signal = Signal;
        _wakeQueue = new WakeQueue(scheduler);
        _alarm = new PublishAlarm(_time, _signal);
        _link = new SenderLink(connection, plan, settings.Prepare, _sync, _signal, failures => _time.GetTimestamp() + WaitTicks(failures, null), logger);
    }

    /// <summary>Where batches wake their callers; shared, so that a batch over several channels has one.</summary>
    internal WakeQueue WakeQueue => _wakeQueue;

    /// <summary>How many events have a place: they wait for the broker, or for being sent again.</summary>
    internal int PendingCount
    {
        get
        {
            lock (_sync)
                return _records;
        }
    }

    /// <summary>Publishes one event. Ends when the broker has it; on this stack if the driver completes it there.</summary>
    [SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "Each way out consumes the driver's call once.")]
    internal ValueTask<PublishResult> PublishAsync(in OutgoingEvent outgoing, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<PublishResult>(cancellationToken);

        PublishBatch? start;
        PendingPublish? pending = null;
        var own = -1;
        ValueTask inLine = default;
        var isInvoked = false;
        lock (_sync)
        {
            _now = 0;
            if (_isClosing)
                return ValueTask.FromException<PublishResult>(PublishErrors.Disposed());

            var admission = IsQueued() ? QueueUp(out var refusal) : Admit(outgoing, out refusal);
            if (refusal is not null)
                return ValueTask.FromException<PublishResult>(PublishErrors.Single(ErrorResult(outgoing.Id, refusal), refusal));

            start = NextStart();
            if (admission == Admission.Appended && start is not null && ReferenceEquals(start, _appendedTo))
            {
                own = start.Count - 1;
                start.Send.NowMs = own == 0 ? outgoing.UnixMilliseconds : 0;
            }
            else
                pending = Attend(outgoing, admission, cancellationToken);

            if (own == 0 && _callsInLine >= UnderLockAfter)
            {
                inLine = Invoke(start!);
                if (TryTakeInLine(start!, inLine, out var result))
                    return new ValueTask<PublishResult>(result);
                isInvoked = true;
            }
        }

        if (isInvoked)
            return FinishStart(start!, inLine, own, pending, cancellationToken);
        if (start is not null)
            return FinishStart(start, Invoke(start), own, pending, cancellationToken);
        return Watched(pending!, cancellationToken);
    }

    /// <summary>
    /// Sends a copy of a record, byte for byte. Ends when the broker has it; throws <see cref="PublishException"/> when it refuses, or after the timeout.
    /// The record's memory is copied before this returns.
    /// </summary>
    internal ValueTask<PublishResult> ForwardAsync(in ForwardRecord record, CancellationToken cancellationToken)
    {
        var outgoing = new OutgoingEvent
        {
            Envelope = new CopyEnvelope(record.Key, record.Headers, record.DedupId),
            Channel = _plan.Name,
            Body = record.Body,
            Id = record.Id,
            Flags = (record.Flags & RecordFlags.NullBody) | (record.HasKey ? RecordFlags.HasKey : RecordFlags.None),
        };
        return PublishAsync(outgoing, cancellationToken);
    }

    /// <summary>Hands everything that waits for its batch to the driver, as far as the gate lets it.</summary>
    /// <param name="own">A batch that is on its own stack here: it is not woken but marked as over.</param>
    internal void Flush(PendingBatch own)
    {
        PublishBatch? start;
        SinkList wake;
        lock (_sync)
        {
            _now = 0;
            if (ReferenceEquals(_turn, own))
            {
                _turn = null;
                AdmitWaiters();
            }

            start = NextStart();
            wake = TakeWake();
        }

        wake.Add(RunStarts(start, own));
        _wakeQueue.Add(wake);
    }

    /// <summary>
    /// Appends one event of a batch. Its result goes to the batch. Nothing is handed to the driver before the batch is full or <see cref="Flush"/>.
    /// </summary>
    /// <returns>Null; or the event's place, when it has to wait for one: nothing is to be appended before the batch's turn ends.</returns>
    internal WaitingPublish? Append(in OutgoingEvent outgoing, PendingBatch batch, int index)
    {
        PublishBatch? start = null;
        WaitingPublish? waiting = null;
        lock (_sync)
        {
            _now = batch.Now(_time);
            EventFabricException? refusal;
            var admission = Admission.Refused;
            if (_isClosing)
                refusal = PublishErrors.DisposedResult();
            else
                admission = IsQueued(batch) ? QueueUp(out refusal) : Admit(outgoing, out refusal);

            if (refusal is not null)
                Answer(batch, index, ErrorResult(outgoing.Id, refusal), batch);
            else if (admission == Admission.Full)
                waiting = Enqueue(outgoing, batch, index, batch.Turn);
            else
                Attach(admission, batch, index, outgoing.Channel);
            if (_full.Count > 0)
                start = NextStart();
        }

        _wakeQueue.Add(RunStarts(start, batch));
        return waiting;
    }

    /// <summary>A caller has cancelled. Any thread.</summary>
    internal void Cancelled(PendingPublish pending)
    {
        SinkList wake;
        lock (_sync)
        {
            if (pending.Place is { } place && _waiters.Remove(place))
                LeaveQueue(place);
            _wake.Add(pending);
            wake = TakeWake();
        }

        _wakeQueue.Add(wake);
    }

    /// <summary>A batch has cancelled while an event of it waits for a place. Any thread.</summary>
    internal void Cancelled(WaitingPublish waiting)
    {
        SinkList wake;
        lock (_sync)
        {
            if (!_waiters.Remove(waiting))
                return;
            LeaveQueue(waiting);
            wake = TakeWake();
        }

        _wakeQueue.Add(wake);
    }

    private static ValueTask<PublishResult> Watched(PendingPublish pending, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
            pending.Watch();
        return pending.Task;
    }

    private PendingPublish Attend(in OutgoingEvent outgoing, Admission admission, CancellationToken cancellationToken)
    {
        var pending = RentPending(cancellationToken);
        if (admission == Admission.Full)
            pending.Place = Enqueue(outgoing, pending, 0, turn: null);
        else
            Attach(admission, pending, 0, outgoing.Channel);
        return pending;
    }

    private PendingPublish RentPending(CancellationToken cancellationToken)
    {
        var pending = _pool.Rent();
        if (cancellationToken.CanBeCanceled)
            pending.Bind(this, cancellationToken);
        return pending;
    }

    /// <summary>The time as a timestamp, asked for at most once while the lock is held; whoever takes the lock sets it back to 0.</summary>
    private long Now => _now != 0 ? _now : _now = _time.GetTimestamp();

    private void Signal()
    {
        if (Interlocked.Exchange(ref _signaled, 1) == 0)
            _scheduler.Queue(this);
    }

    private long ToTicks(TimeSpan duration) => (long)(duration.TotalSeconds * _time.TimestampFrequency);

    private long WaitTicks(int failures, TimeSpan? atLeast)
    {
        var wait = _backoff.Next(failures, _random);
        return ToTicks(atLeast > wait ? atLeast.Value : wait);
    }
}
