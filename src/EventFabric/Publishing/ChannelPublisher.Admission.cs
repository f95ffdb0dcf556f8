using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <content>How an event gets its place: in the batch that is being filled, behind the fence of its key, or in the queue. Under the lock.</content>
internal sealed partial class ChannelPublisher
{
    private readonly Queue<PublishBatch> _full = new();
    private readonly Stack<PublishBatch> _spare = new();
    private ISender? _sender;
    private SendTraits? _traits;
    private long _maxRecordBytes;
    private PublishBatch? _batch;
    private PublishBatch? _appendedTo;
    private ResendEntry? _appendedEntry;
    private int _records;
    private long _bytes;
    private long _lastNumber;

    // A batch that got its turn and appends what it has left. Who came after it comes behind all of it.
    private PendingBatch? _turn;
    private int _callers;
    private long _deadlineAt = long.MaxValue;

    /// <summary>Whether somebody came earlier and has no place yet.</summary>
    private bool IsQueued(PendingBatch? own = null) => _turn is { } turn ? !ReferenceEquals(turn, own) : !_waiters.IsEmpty;

    private static Admission QueueUp(out EventFabricException? refusal)
    {
        refusal = null;
        return Admission.Full;
    }

    private Admission Admit(in OutgoingEvent outgoing, out EventFabricException? refusal)
    {
        refusal = null;
        if (_link.Sender is not { } sender || _records >= _settings.MaxPending || _bytes >= _settings.MaxPendingBytes)
            return Admission.Full;
        if (!ReferenceEquals(sender, _sender))
            Adopt(sender);
        if (!_fences.IsEmpty && outgoing.HasKey && TryFindFence(outgoing, out var fence))
            return AdmitBehind(fence, outgoing, sender, out refusal);

        var batch = _batch is { } open && open.Count < _traits!.MaxCount ? open : NextBatch();
        while (true)
        {
            var mark = batch.Slab.Mark;
            if (!TryAppend(batch, outgoing, sender, mark, out var bytes, out refusal))
                return Admission.Refused;
            var fits = bytes <= _maxRecordBytes;
            if (fits && (batch.Count == 1 || batch.Bytes + bytes <= _traits!.MaxBatchBytes))
            {
                Count(ref batch.Pending[^1], outgoing.Channel, bytes);
                batch.Bytes += bytes;
                _appendedTo = batch;

                // Where nothing is open it goes at once, and the clock is not asked.
                if (batch.Since == 0 && _gate.OpenCalls > 0)
                    batch.Since = Now;
                return Admission.Appended;
            }

            batch.RemoveLast();
            batch.Slab.Rollback(mark);
            if (!fits)
            {
                refusal = TooLarge(outgoing.Channel, bytes);
                return Admission.Refused;
            }

            batch = NextBatch();
        }
    }

    private Admission AdmitBehind(KeyFence fence, in OutgoingEvent outgoing, ISender sender, out EventFabricException? refusal)
    {
        var entry = new ResendEntry();
        if (!TryWrite(outgoing, sender, new BatchSlab(), ref entry.Record, out var bytes, out refusal))
            return Admission.Refused;
        if (bytes > _maxRecordBytes)
        {
            refusal = TooLarge(outgoing.Channel, bytes);
            return Admission.Refused;
        }

        Count(ref entry.Pending, outgoing.Channel, bytes);
        fence.Add(entry);
        _appendedEntry = entry;
        return Admission.Fenced;
    }

    /// <summary>Gives the record that was admitted last its caller.</summary>
    private void Attach(Admission admission, PublishSink sink, int index, string channel)
    {
        if (admission == Admission.Fenced)
        {
            Attach(ref _appendedEntry!.Pending, sink, index);
            _appendedEntry = null;
            return;
        }

        var batch = _appendedTo!;
        Attach(ref batch.Pending[^1], sink, index);
        if (batch.Since == 0)
            batch.Since = Now;
        if (_gate.OpenCalls > 0 && _gate.HasRoom(batch.Count))
            _alarm.RingBy(batch.Since + _gate.MaxAge);
    }

    private void Attach(ref PendingRecord record, PublishSink sink, int index)
    {
        record.Sink = sink;
        record.Index = index;
        record.Deadline = Now + _timeoutTicks;
        _callers++;
        Expect(record.Deadline);
    }

    private WaitingPublish Enqueue(in OutgoingEvent outgoing, PublishSink sink, int index, Turn? turn)
    {
        var waiting = new WaitingPublish(sink, index, turn, Now + _timeoutTicks) { Event = outgoing };
        waiting.Event.Own();
        if (turn is not null && ReferenceEquals(_turn, sink))
        {
            _turn = null;
            _waiters.AddFirst(waiting);
        }
        else
        {
            _waiters.Add(waiting);
        }

        _callers++;
        Expect(waiting.Deadline);
        if (_link.IsResting)
            Signal();
        return waiting;
    }

    /// <summary>What follows when an event has left the queue, whether it got its place or not.</summary>
    private void LeaveQueue(WaitingPublish waiting)
    {
        _callers--;
        if (waiting.Sink is PendingPublish pending)
            pending.Place = null;
        if (waiting.Turn is { } turn)
            _wake.Add(turn);
    }

    /// <summary>Gives places to those who wait, in their order.</summary>
    private void AdmitWaiters()
    {
        while (_turn is null && _waiters.First is { } waiting)
        {
            if (waiting.Sink.IsAbandoned)
            {
                _waiters.Remove(waiting);
                LeaveQueue(waiting);
                continue;
            }

            var admission = Admit(waiting.Event, out var refusal);
            if (admission == Admission.Full)
                return;
            _waiters.Remove(waiting);
            LeaveQueue(waiting);
            _turn = waiting.Turn is null ? null : (PendingBatch)waiting.Sink;
            if (refusal is not null)
                Answer(waiting.Sink, waiting.Index, ErrorResult(waiting.Event.Id, refusal), own: null);
            else
                AttachWaiting(admission, waiting);
        }
    }

    private void AttachWaiting(Admission admission, WaitingPublish waiting)
    {
        var entry = _appendedEntry;
        Attach(admission, waiting.Sink, waiting.Index, waiting.Event.Channel);
        if (admission == Admission.Fenced)
            entry!.Pending.Deadline = waiting.Deadline;
        else
            _appendedTo!.Pending[^1].Deadline = waiting.Deadline;
    }

    private bool TryAppend(
        PublishBatch batch, in OutgoingEvent outgoing, ISender sender, (int Chunk, int Used) mark, out long bytes, out EventFabricException? refusal)
    {
        if (TryWrite(outgoing, sender, batch.Slab, ref batch.Add(), out bytes, out refusal))
            return true;
        batch.RemoveLast();
        batch.Slab.Rollback(mark);
        return false;
    }

    // What cannot be written (a body that is not the JSON that its structured envelope needs) is the caller's, who may not be on this stack.
    private bool TryWrite(
        in OutgoingEvent outgoing, ISender sender, BatchSlab slab, ref OutboundRecord record, out long bytes, out EventFabricException? refusal)
    {
        try
        {
            outgoing.Envelope.Write(outgoing, _traits!.Binding, slab, ref record);
            bytes = sender.Measure(record);
            refusal = null;
            return true;
        }
        catch (Exception exception)
        {
            bytes = 0;
            refusal = exception as EventFabricException ?? new EventFabricException(EventFabricErrorKind.Rejected, exception.Message, exception);
            return false;
        }
    }

    private void Count(ref PendingRecord record, string channel, long bytes)
    {
        record.Channel = channel;
        record.Bytes = bytes;
        record.Number = ++_lastNumber;
        _records++;
        _bytes += bytes;
    }

    private PublishBatch NextBatch()
    {
        if (_batch is { Count: > 0 } full)
            _full.Enqueue(full);
        else if (_batch is { } empty)
            return empty;
        return _batch = _spare.TryPop(out var spare) ? spare : new PublishBatch(_scheduler, _signal);
    }

    private bool TryFindFence(in OutgoingEvent outgoing, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out KeyFence? fence) =>
        _fences.TryFind(outgoing.Key is { } key ? Encoding.UTF8.GetBytes(key) : outgoing.Envelope.KeyBytes.Span, out fence);

    private void Adopt(ISender sender)
    {
        _sender = sender;
        _traits = sender.Traits;
        _gate.Limit(_traits.MaxOpenCalls, _traits.MaxOpenRecords);
        _maxRecordBytes = _settings.MaxEventBytes is { } configured
            ? Math.Min(configured, _traits.MaxRecordBytes - PublishErrors.DeadLetterHeaders)
            : _traits.MaxRecordBytes;
    }

    private EventFabricException TooLarge(string channel, long bytes) =>
        PublishErrors.TooLarge(channel, bytes, _maxRecordBytes, configured: _maxRecordBytes == _settings.MaxEventBytes);

    private void Expect(long deadline)
    {
        if (deadline >= _deadlineAt)
            return;
        _deadlineAt = deadline;
        _alarm.RingBy(deadline);
    }
}
