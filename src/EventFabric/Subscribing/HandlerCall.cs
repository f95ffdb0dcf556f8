using EventFabric.Scheduling;

namespace EventFabric.Subscribing;

/// <summary>
/// The token of a worker's handler calls, and who may cancel it. A call that suspended is cancelled exactly; one that runs on its thread is
/// cancelled by its record, and a later call that finds the token cancelled without a reason of its own is simply run again.
/// </summary>
internal sealed class HandlerCall(SubscriptionCore core) : IDisposable
{
    private readonly object _gate = new();
    private CancellationTokenSource _source = new();
    private volatile InFlightRecord? _record;
    private IReadOnlyList<InFlightRecord>? _batch;
    private InFlightRecord? _cancelled;
    private InFlightRecord? _watched;
    private CallEnd _reason;
    private long _since;
    private bool _suspended;

    public CancellationToken Token => _source.Token;

    public bool IsCalling => _record is not null;

    public bool IsCancelled => _source.IsCancellationRequested;

    /// <summary>A handler is about to be called.</summary>
    public void Begin(InFlightRecord record, IReadOnlyList<InFlightRecord>? batch = null)
    {
        if (!ReferenceEquals(_batch, batch))
            _batch = batch;
        _record = record;
        core.Calls.Arm();
    }

    /// <summary>It did not complete at once.</summary>
    public void Suspend()
    {
        lock (_gate)
        {
            _suspended = true;
            _since = core.Now;
        }

        // Lost between the look at its tenure and the call: whoever cancels calls came too early for this one.
        if (_record is { } record && (record.Part.Owner.IsLost || (_batch?.Any(static other => other.Part.Owner.IsLost) ?? false)))
            core.Scheduler.Queue(new ActionItem(() => Cancel(current => ReferenceEquals(current, record), CallEnd.Lost)));
    }

    /// <summary>It has ended. Why its token was cancelled; None also when the cancellation was meant for an earlier call.</summary>
    public CallEnd End()
    {
        var record = _record;
        if (_batch is null && !_suspended && !_source.IsCancellationRequested)
        {
            _record = null;
            return CallEnd.None;
        }

        lock (_gate)
        {
            (_record, _batch) = (null, null);
            _suspended = false;
            var reason = ReferenceEquals(_cancelled, record) ? _reason : CallEnd.None;
            (_cancelled, _reason, _watched) = (null, CallEnd.None, null);
            return reason;
        }
    }

    /// <summary>A fresh token, after one that was cancelled.</summary>
    public void Renew()
    {
        if (!_source.IsCancellationRequested)
            return;
        // Not disposed: the handler may still hold registrations on it.
        _source = new CancellationTokenSource();
    }

    /// <summary>Cancels the call that runs now, if it is for such a record.</summary>
    public void Cancel(Func<InFlightRecord, bool> condition, CallEnd reason)
    {
        lock (_gate)
        {
            if (_record is not { } record || _cancelled is not null || !(condition(record) || (_batch?.Any(condition) ?? false)))
                return;
            (_cancelled, _reason) = (record, reason);
            record.IsTimedOut |= reason == CallEnd.TimedOut;
            foreach (var other in _batch ?? [])
                other.IsTimedOut |= reason == CallEnd.TimedOut;
            CancelToken();
        }
    }

    /// <summary>Cancels the call when it runs too long. How long it may still run; null when none does, or it is cancelled already.</summary>
    public TimeSpan? CheckTimeout(TimeSpan timeout)
    {
        InFlightRecord record;
        lock (_gate)
        {
            if (_record is not { } running || _cancelled is not null)
                return null;
            record = running;
            if (_suspended)
            {
                var left = timeout - core.Scheduler.Time.GetElapsedTime(_since);
                if (left > TimeSpan.Zero)
                    return left;
            }
            else if (!ReferenceEquals(_watched, record))
            {
                _watched = record;
                return timeout;
            }
        }

        Cancel(current => ReferenceEquals(current, record), CallEnd.TimedOut);
        return null;
    }

    public void Dispose() => _source.Dispose();

    private void CancelToken()
    {
        try
        {
            _source.Cancel();
        }
        catch (AggregateException error)
        {
            // What the application registered on the token; on this thread nobody else would catch it.
            SubscriptionLog.CancellationFailed(core.Services.Logger, core.Plan.Name, error);
        }
    }
}
