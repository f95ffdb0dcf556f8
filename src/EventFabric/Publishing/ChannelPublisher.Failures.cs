using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <content>
/// What is done about records that the broker did not take: sent again behind the fence of their key, or given up. Under the lock.
/// </content>
internal sealed partial class ChannelPublisher
{
    private readonly Dictionary<ReadOnlyMemory<byte>, long> _stored = new(KeyBytesComparer.Instance);

    private void HandleFailures(long now, PublishSink? own)
    {
        _failed.Sort(static (left, right) => left.Call.Pending[left.Index].Number.CompareTo(right.Call.Pending[right.Index].Number));
        var knowsStored = false;
        var opensFence = false;
        KeyFence? keyless = null;
        foreach (var (call, index) in _failed)
        {
            ref var record = ref call.Pending[index];
            ref readonly var sent = ref call.Send.At(index);
            var outcome = call.Send.IsCompletedAt(index) ? call.Send.OutcomeAt(index) : new SendOutcome(SendStatus.Unknown, default, call.Fault);
            var info = outcome.Error is { } error ? _connection.Classify(error) : new ErrorInfo(ErrorKind.Transient, "");
            if (info.Kind == ErrorKind.Fatal && _link.TryBeginClose(call.Sender!))
                BeginClose(call.Sender!, info);

            record.MayBeStored |= outcome.Status == SendStatus.Unknown;
            if (!IsTriedAgain(outcome.Status, info.Kind))
            {
                Settle(ref record, ErrorResult(sent.Id, PublishErrors.Refused(record.Channel, _plan.Address, info, record.MayBeStored, outcome.Error)), own);
                continue;
            }

            record.LastError = outcome.Error ?? record.LastError;
            if (record.Sink is null || record.Sink.IsAbandoned)
            {
                Drop(ref record);
                continue;
            }

            var fence = record.Fence;
            if ((sent.Flags & RecordFlags.HasKey) == 0)
                fence ??= keyless ??= _fences.Open(key: null);
            else if (fence is null && !_fences.TryFind(sent.KeyBytes.Span, out fence))
            {
                if (!knowsStored)
                    FindStored();
                knowsStored = opensFence = true;
                fence = _fences.Open(sent.KeyBytes.ToArray());
                fence.Stored(_stored.GetValueOrDefault(sent.KeyBytes, -1));
            }

            if (record.Overtaken || fence.StoredNumber > record.Number)
            {
                Settle(ref record, ErrorResult(sent.Id, PublishErrors.OrderGap(record.Channel, record.MayBeStored, record.LastError)), own);
                continue;
            }

            fence.Add(ResendEntry.Copy(sent, record));
            // The entry has the caller now: the call may stay open for longer than he waits.
            record.Sink = null;
            fence.Failed(leftOut: outcome is { Status: SendStatus.NotSent, Error: null }, rounds => now + WaitTicks(rounds, info.RetryAfter));
        }

        PublishLog.NotAccepted(_logger, _plan.Name, _failed.Count);
        _failed.Clear();
        _stored.Clear();
        if (opensFence)
            FenceIn();
        _fences.Sweep();
    }

    private static bool IsTriedAgain(SendStatus status, ErrorKind kind) =>
        status is SendStatus.NotSent or SendStatus.Unknown || kind is ErrorKind.Transient or ErrorKind.Throttled or ErrorKind.Fatal;

    /// <summary>Which keys have a stored record in the calls that are not let go yet, and the latest one.</summary>
    private void FindStored()
    {
        foreach (var call in _calls)
            FindStored(call);
    }

    private void FindStored(PublishBatch call)
    {
        for (var i = 0; i < call.Count; i++)
        {
            ref readonly var sent = ref call.Send.At(i);
            ref var record = ref call.Pending[i];
            if (!record.IsTaken || (sent.Flags & RecordFlags.HasKey) == 0 || !call.Send.IsCompletedAt(i) || call.Send.OutcomeAt(i).Status > SendStatus.Duplicate)
                continue;
            _stored[sent.KeyBytes] = Math.Max(record.Number, _stored.GetValueOrDefault(sent.KeyBytes, -1));
        }
    }

    /// <summary>
    /// A call is let go while earlier ones are open: records of theirs whose key it has stored may not be sent again, should they fail.
    /// </summary>
    private void MarkOvertaken(PublishBatch call, int position)
    {
        var isKnown = false;
        for (var i = 0; i < position; i++)
        {
            var earlier = _calls[i];
            for (var j = earlier.FirstOpen; j < earlier.Count; j++)
            {
                ref readonly var sent = ref earlier.Send.At(j);
                ref var record = ref earlier.Pending[j];
                if (record.IsTaken || record.Overtaken || (sent.Flags & RecordFlags.HasKey) == 0)
                    continue;
                if (!isKnown)
                    FindStored(call);
                isKnown = true;
                record.Overtaken = _stored.GetValueOrDefault(sent.KeyBytes, -1) > record.Number;
            }
        }

        _stored.Clear();
    }

    /// <summary>A record behind this fence is stored: those before it, which failed, would come after it.</summary>
    private void Overtake(KeyFence fence, long number)
    {
        var overtaken = fence.Stored(number);
        for (var i = 0; i < overtaken; i++)
        {
            var entry = fence.Entries[i];
            var error = PublishErrors.OrderGap(entry.Pending.Channel, entry.Pending.MayBeStored, entry.Pending.LastError);
            Settle(ref entry.Pending, ErrorResult(entry.Record.Id, error), own: null);
        }

        fence.Entries.RemoveRange(0, overtaken);
    }

    /// <summary>Finds what else there is of the keys that have a fence now: what is under way is waited for, what is not is held back.</summary>
    private void FenceIn()
    {
        foreach (var call in _calls)
            FenceIn(call);
        if (_starting is not null)
            FenceIn(_starting);
        foreach (var batch in _full)
            HoldBack(batch);
        if (_batch is not null)
            HoldBack(_batch);
    }

    private void FenceIn(PublishBatch call)
    {
        for (var i = call.FirstOpen; i < call.Count; i++)
        {
            ref readonly var sent = ref call.Send.At(i);
            ref var record = ref call.Pending[i];
            if (record.IsTaken || record.Fence is not null || (sent.Flags & RecordFlags.HasKey) == 0 || !_fences.TryFind(sent.KeyBytes.Span, out var fence))
                continue;
            record.Fence = fence;
            fence.UnderWay++;
        }
    }

    private void HoldBack(PublishBatch batch)
    {
        var holdsBack = false;
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var sent = ref batch.Send.At(i);
            ref var record = ref batch.Pending[i];
            if (record.Fence is not null || (sent.Flags & RecordFlags.HasKey) == 0 || !_fences.TryFind(sent.KeyBytes.Span, out var fence))
                continue;
            fence.Add(ResendEntry.Copy(sent, record));
            record.IsTaken = holdsBack = true;
        }

        if (holdsBack)
            batch.RemoveWhere(static record => record.IsTaken);
    }

    /// <summary>Puts the records behind due fences into the batch that goes next.</summary>
    private void SendAgain(long now)
    {
        if (_link.Sender is not { } sender)
            return;
        if (!ReferenceEquals(sender, _sender))
            Adopt(sender);
        foreach (var fence in _fences.All)
        {
            if (fence.IsDue(now))
                SendAgain(fence, now);
        }

        _fences.Sweep();
    }

    private void SendAgain(KeyFence fence, long now)
    {
        fence.BeginRound();
        var isFirst = true;
        while (fence.Entries.Count > 0)
        {
            var entry = fence.Entries[0];
            if (entry.Pending.Sink is null || entry.Pending.Sink.IsAbandoned)
            {
                fence.Entries.RemoveAt(0);
                Drop(ref entry.Pending);
                continue;
            }

            var batch = _batch;
            var fits = batch is { Count: 0 } || (batch is not null && batch.Count < _traits!.MaxCount && batch.Bytes + entry.Pending.Bytes <= _traits.MaxBatchBytes);
            if (!fits)
            {
                // The rest of a key goes when this part is stored: one call at a time.
                if (!isFirst && fence.Key is not null)
                    return;
                batch = NextBatch();
            }

            isFirst = false;
            fence.Entries.RemoveAt(0);
            fence.UnderWay++;
            batch!.Add() = entry.Record;
            ref var record = ref batch.Pending[^1];
            record = entry.Pending;
            record.Fence = fence;
            batch.Bytes += record.Bytes;
            if (batch.Since == 0)
                batch.Since = now;
        }
    }

    /// <summary>The channel cannot be opened and will not be by trying again: everything that is not under way fails.</summary>
    private void RefuseUnsent(Refusal refusal)
    {
        _link.Refusal = null;
        while (_waiters.First is { } waiting)
        {
            _waiters.Remove(waiting);
            LeaveQueue(waiting);
            var error = PublishErrors.CannotOpen(waiting.Event.Channel, _plan.Address, refusal, mayBeStored: false);
            Answer(waiting.Sink, waiting.Index, ErrorResult(waiting.Event.Id, error), own: null);
        }

        while (_full.TryDequeue(out var batch))
            RefuseUnsent(batch, refusal);
        if (_batch is not null)
            RefuseUnsent(_batch, refusal);
        _batch = null;
        foreach (var fence in _fences.All)
        {
            foreach (var entry in fence.Entries)
                RefuseUnsent(ref entry.Pending, entry.Record.Id, refusal);
            fence.Entries.Clear();
        }

        _fences.Sweep();
    }

    private void RefuseUnsent(PublishBatch batch, Refusal refusal)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch.Pending[i].Fence is { } fence)
                fence.UnderWay--;
            RefuseUnsent(ref batch.Pending[i], batch.Send.At(i).Id, refusal);
        }

        batch.RemoveWhere(static _ => true);
        Recycle(batch);
    }

    private void RefuseUnsent(ref PendingRecord record, CloudEventId id, Refusal refusal) =>
        Settle(ref record, ErrorResult(id, PublishErrors.CannotOpen(record.Channel, _plan.Address, refusal, record.MayBeStored)), own: null);

    private void Drop(ref PendingRecord record)
    {
        _records--;
        _bytes -= record.Bytes;
        if (record.Sink is null)
            return;
        record.Sink = null;
        _callers--;
    }
}
