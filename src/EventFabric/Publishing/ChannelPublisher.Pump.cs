using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <content>The pump: everything that is not done on a caller's own stack.</content>
internal sealed partial class ChannelPublisher
{
    /// <summary>Whether something could be started, sent again or given a place. Under the lock.</summary>
    private bool HasWork => _full.Count > 0 || _batch is { Count: > 0 } || !_waiters.IsEmpty || !_fences.IsEmpty || _isClosing || _closing is not null;

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Exchange(ref _signaled, 0);
        PublishBatch? start;
        SinkList wake;
        bool opens;
        ISender? closing;
        lock (_sync)
        {
            Step(own: null);
            start = NextStart();
            wake = TakeWake();
            closing = _closing;
            _closing = null;
            opens = HasUnsent && _link.TryBeginOpen(Now);
        }

        wake.Add(RunStarts(start, own: null));
        if (closing is not null)
            _ = CloseAsync();
        if (opens)
            _ = _link.OpenAsync();
        _wakeQueue.Run(wake);
    }

    private bool HasUnsent => !_waiters.IsEmpty || _full.Count > 0 || _batch is { Count: > 0 } || !_fences.IsEmpty;

    /// <summary>One look at everything. Under the lock; calls nobody but the driver's pure members.</summary>
    /// <param name="own">Who is on this stack and waits for its result here.</param>
    private void Step(PublishSink? own)
    {
        var now = _now = _time.GetTimestamp();
        _alarm.Settle();
        TakeOutcomes(own);
        if (_failed.Count > 0)
            HandleFailures(now, own);
        Retire();
        if (_link.Refusal is { } refusal)
            RefuseUnsent(refusal);
        if (now >= _deadlineAt)
            Expire(now, own);
        if (!_fences.IsEmpty)
            SendAgain(now);
        AdmitWaiters();
        if (_isClosing && _callers == 0 && _starting is null)
            Drained();
        SetAlarm(now);
    }

    private SinkList TakeWake()
    {
        var wake = _wake;
        _wake = default;
        return wake;
    }

    private void SetAlarm(long now)
    {
        var at = _deadlineAt;
        if (_link.Sender is null)
        {
            if (HasUnsent && _link.IsResting)
                at = Math.Min(at, Math.Max(now, _link.RetryAt));
        }
        else
        {
            at = Math.Min(at, _fences.NextDue());
            if (_gate.OpenCalls > 0 && OldestUnsent is { } batch && _gate.HasRoom(batch.Count))
                at = Math.Min(at, batch.Since + _gate.MaxAge);
        }

        _alarm.RingBy(at);
    }

    private PublishBatch? OldestUnsent => _full.TryPeek(out var full) ? full : _batch is { Count: > 0 } batch ? batch : null;

    /// <summary>Ends the publishes whose time is over.</summary>
    private void Expire(long now, PublishSink? own)
    {
        var next = long.MaxValue;
        while (_waiters.First is { } waiting && waiting.Deadline <= now)
        {
            _waiters.Remove(waiting);
            LeaveQueue(waiting);
            var error = _link.Sender is null
                ? PublishErrors.NotOpened(waiting.Event.Channel, _plan.Address, _settings.PublishTimeout, _link.LastError)
                : PublishErrors.NoPlace(waiting.Event.Channel, _settings.MaxPending, _settings.PublishTimeout);
            Answer(waiting.Sink, waiting.Index, ErrorResult(waiting.Event.Id, error), own);
        }

        if (_waiters.First is { } first)
            next = first.Deadline;
        foreach (var call in _calls)
            next = Math.Min(next, ExpireUnderWay(call, now, own));
        if (_starting is not null)
            next = Math.Min(next, ExpireUnderWay(_starting, now, own));
        foreach (var batch in _full)
            next = Math.Min(next, ExpireUnsent(batch, now, own));
        if (_batch is not null)
            next = Math.Min(next, ExpireUnsent(_batch, now, own));
        foreach (var fence in _fences.All)
            next = Math.Min(next, ExpireBehind(fence, now, own));
        _fences.Sweep();
        _deadlineAt = next;
    }

    private long ExpireUnderWay(PublishBatch call, long now, PublishSink? own)
    {
        var next = long.MaxValue;
        for (var i = call.FirstOpen; i < call.Count; i++)
        {
            ref var record = ref call.Pending[i];
            if (record.Sink is null)
                continue;
            if (record.Deadline > now)
                next = Math.Min(next, record.Deadline);
            else
                Deliver(ref record, TimeoutOf(record, call.Send.At(i).Id, underWay: true), own);
        }

        return next;
    }

    private long ExpireUnsent(PublishBatch batch, long now, PublishSink? own)
    {
        var next = long.MaxValue;
        var expired = false;
        for (var i = 0; i < batch.Count; i++)
        {
            ref var record = ref batch.Pending[i];
            if (record.Deadline > now)
            {
                next = Math.Min(next, record.Deadline);
                continue;
            }

            expired = true;
            if (record.Fence is { } fence)
                fence.UnderWay--;
            Settle(ref record, TimeoutOf(record, batch.Send.At(i).Id, underWay: false), own);
        }

        if (expired)
            batch.RemoveWhere(record => record.Deadline <= now);
        return next;
    }

    private long ExpireBehind(KeyFence fence, long now, PublishSink? own)
    {
        var next = long.MaxValue;
        for (var i = fence.Entries.Count - 1; i >= 0; i--)
        {
            var entry = fence.Entries[i];
            if (entry.Pending.Deadline > now)
            {
                next = Math.Min(next, entry.Pending.Deadline);
                continue;
            }

            fence.Entries.RemoveAt(i);
            Settle(ref entry.Pending, TimeoutOf(entry.Pending, entry.Record.Id, underWay: false), own);
        }

        return next;
    }

    private PublishResult TimeoutOf(in PendingRecord record, CloudEventId id, bool underWay)
    {
        var error = underWay || record.MayBeStored
            ? PublishErrors.NotConfirmed(record.Channel, _plan.Address, _settings.PublishTimeout, record.LastError)
            : PublishErrors.NotSent(record.Channel, _plan.Address, _settings.PublishTimeout, record.LastError);
        return ErrorResult(id, error);
    }
}
