using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <content>Calls to the driver: their start, what becomes of their records, their end. Under the lock but for the driver's own code.</content>
internal sealed partial class ChannelPublisher
{
    private const int MaxStartsInARow = 8;
    private const int UnderLockAfter = 64;
    private const int MaxSpare = 64;

    private readonly List<PublishBatch> _calls = [];
    private readonly List<(PublishBatch Call, int Index)> _failed = [];
    private string[] _partitions = [];
    private PublishBatch? _starting;
    private int _callsInLine;

    /// <summary>The next batch that may go, now as good as gone: the caller hands it to the driver outside the lock.</summary>
    private PublishBatch? NextStart()
    {
        if (_starting is not null || _link.Sender is not { } sender)
            return null;

        PublishBatch? batch;
        while (_full.TryPeek(out batch) && batch.Count == 0)
            Recycle(_full.Dequeue());
        var isFull = batch is not null;
        batch ??= _batch;
        if (batch is null || batch.Count == 0)
            return null;
        var now = _gate.OpenCalls == 0 ? 0 : Now;
        if (!_gate.MayStart(batch.Count, isFull || _isClosing, batch.Since, now))
            return null;

        if (isFull)
            _full.Dequeue();
        else
            _batch = null;
        _starting = batch;
        _gate.Started(batch.Count);
        batch.Sender = sender;
        batch.BeginStart();
        return batch;
    }

    /// <summary>The driver's part of a start. Outside the lock; starts never overlap.</summary>
    private ValueTask Invoke(PublishBatch batch)
    {
        try
        {
            return batch.Sender!.SendAsync(batch.Send, _link.Abort);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    private void Started(PublishBatch batch, ValueTask call)
    {
        _starting = null;
        batch.EndStart(call);
        _calls.Add(batch);
    }

    /// <summary>Hands batches to the driver as long as the gate lets them. Outside the lock.</summary>
    /// <returns>Who is to be woken.</returns>
    private SinkList RunStarts(PublishBatch? start, PublishSink? own)
    {
        var wake = default(SinkList);
        for (var starts = 1; start is not null; starts++)
        {
            var call = Invoke(start);
            lock (_sync)
            {
                Started(start, call);
                Step(own);
                start = starts < MaxStartsInARow ? NextStart() : null;
                if (start is null && HasWork)
                    Signal();
                wake.Add(TakeWake());
            }
        }

        return wake;
    }

    /// <summary>What follows the driver's part of a start with the caller's own event: its result, if it is there at once. Outside the lock.</summary>
    [SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "Each way out consumes the call once.")]
    private ValueTask<PublishResult> FinishStart(
        PublishBatch start, ValueTask call, int own, PendingPublish? pending, CancellationToken cancellationToken)
    {
        SinkList wake;
        lock (_sync)
        {
            if (own == 0 && TryTakeInLine(start, call, out var result))
                return new ValueTask<PublishResult>(result);

            if (own >= 0)
            {
                pending = RentPending(cancellationToken);
                _now = 0;
                Attach(ref start.Pending[own], pending, 0);
            }

            Started(start, call);
            Step(pending);
            if (HasWork)
                Signal();
            wake = TakeWake();
        }

        _wakeQueue.Add(wake);
        if (!pending!.IsOver)
            return Watched(pending, cancellationToken);
        var answer = pending.TakeResult();
        return answer.Error is { } error
            ? ValueTask.FromException<PublishResult>(PublishErrors.Single(answer, error))
            : new ValueTask<PublishResult>(answer);
    }

    // The path of a driver that completes inside the call: one record in, its result out.
    private bool TryTakeInLine(PublishBatch start, ValueTask call, out PublishResult result)
    {
        ref var record = ref start.Pending[0];
        ref readonly var outcome = ref start.Send.OutcomeAt(0);
        // Beside another call that is open it has to be remembered what this one stored: a record of its key that fails there is not sent again.
        var isAlone = start.Count == 1 && _calls.Count == 0 && record.Fence is null;
        if (!isAlone || !call.IsCompletedSuccessfully || !start.Send.IsCompleted || outcome.Status > SendStatus.Duplicate)
        {
            _callsInLine = 0;
            result = default;
            return false;
        }

        PublishBatch.Observe(call);
        if (_callsInLine < UnderLockAfter)
            _callsInLine++;
        result = ResultOf(record.Channel, start.Send.At(0).Id, outcome);
        _starting = null;
        _gate.Completed(1);
        _gate.Ended();
        _records--;
        _bytes -= record.Bytes;
        start.Reset();
        if (_batch is null)
            _batch = start;
        else if (_spare.Count < MaxSpare)
            _spare.Push(start);
        if (HasWork)
            Signal();
        return true;
    }

    /// <summary>Takes the outcomes that are new. Failures are put aside: what is to be done about one may depend on all of them.</summary>
    private void TakeOutcomes(PublishSink? own)
    {
        foreach (var call in _calls)
        {
            if (!call.TakeNews())
                continue;

            var hasEnded = call.HasEnded || call.IsGivenUp;
            var pending = call.Pending;
            for (var i = call.FirstOpen; i < pending.Length; i++)
            {
                if (!pending[i].IsTaken && call.Send.IsCompletedAt(i))
                    Take(call, i, own);
            }

            while (call.FirstOpen < pending.Length && pending[call.FirstOpen].IsTaken)
                call.FirstOpen++;
            if (hasEnded)
                TakeEnd(call);
        }
    }

    private void Take(PublishBatch call, int index, PublishSink? own)
    {
        ref var record = ref call.Pending[index];
        record.IsTaken = true;
        call.Taken++;
        _gate.Completed(1);
        if (record.Fence is { } fence)
            fence.UnderWay--;

        ref readonly var outcome = ref call.Send.OutcomeAt(index);
        if (outcome.Status > SendStatus.Duplicate)
        {
            _failed.Add((call, index));
            return;
        }

        if (record.Fence is { } passed)
            Overtake(passed, record.Number);
        Settle(ref record, ResultOf(record.Channel, call.Send.At(index).Id, outcome), own);
    }

    /// <summary>The call is over: what it says of records that were not completed is that nobody knows.</summary>
    private void TakeEnd(PublishBatch call)
    {
        try
        {
            if (!call.IsGivenUp)
                PublishBatch.Observe(call.Call);
        }
        catch (Exception exception)
        {
            call.Fault = exception;
        }

        for (var i = call.FirstOpen; i < call.Count; i++)
        {
            ref var record = ref call.Pending[i];
            if (record.IsTaken)
                continue;
            record.IsTaken = true;
            call.Taken++;
            call.Fault ??= new InvalidOperationException("The driver ended a call without completing its records.");
            _gate.Completed(1);
            if (record.Fence is { } fence)
                fence.UnderWay--;
            _failed.Add((call, i));
        }

        call.IsOver = true;
    }

    /// <summary>Lets go of the calls that are over.</summary>
    private void Retire()
    {
        for (var i = 0; i < _calls.Count; i++)
        {
            var call = _calls[i];
            if (!call.IsOver)
                continue;
            if (i > 0)
                MarkOvertaken(call, i);
            _calls.RemoveAt(i--);
            _gate.Ended();
            if (call.Fault is null && !call.IsGivenUp)
                Recycle(call);
        }
    }

    private void Settle(ref PendingRecord record, in PublishResult result, PublishSink? own)
    {
        _records--;
        _bytes -= record.Bytes;
        Deliver(ref record, result, own);
    }

    /// <summary>Gives a caller its result. The record itself may still be under way.</summary>
    private void Deliver(ref PendingRecord record, in PublishResult result, PublishSink? own)
    {
        if (record.Sink is not { } sink)
            return;
        record.Sink = null;
        _callers--;
        Answer(sink, record.Index, result, own);
    }

    private void Answer(PublishSink sink, int index, in PublishResult result, PublishSink? own)
    {
        if (!sink.Set(index, result))
            return;
        if (ReferenceEquals(sink, own))
            sink.IsOver = true;
        else
            _wake.Add(sink);
    }

    private PublishResult ResultOf(string channel, CloudEventId id, in SendOutcome outcome)
    {
        var isDuplicate = outcome.Status == SendStatus.Duplicate;
        var hasPosition = _link.HasPositions && !(isDuplicate && outcome.Position == default);
        var position = hasPosition ? outcome.Position.ToEventPosition(channel, PartitionName(outcome.Position.Partition)) : default;
        return id.TryGetGuid(out var guid)
            ? new PublishResult(guid, position, hasPosition, isDuplicate)
            : new PublishResult(id.ToString(), hasPosition ? position : null, isDuplicate);
    }

    /// <summary>The result of an event that is not known to be stored.</summary>
    internal static PublishResult ErrorResult(CloudEventId id, EventFabricException error) => id.TryGetGuid(out var guid)
        ? new PublishResult(guid, default, hasPosition: false, isDuplicate: false, error)
        : new PublishResult(id.ToString(), error: error);

    private string? PartitionName(int partition)
    {
        if (partition < 0)
            return null;
        if (partition >= _partitions.Length)
        {
            if (partition >= 4096)
                return partition.ToString(CultureInfo.InvariantCulture);
            Array.Resize(ref _partitions, Math.Max(partition + 1, _partitions.Length * 2));
        }

        return _partitions[partition] ??= partition.ToString(CultureInfo.InvariantCulture);
    }

    private void Recycle(PublishBatch batch)
    {
        batch.Reset();
        if (_spare.Count < MaxSpare)
            _spare.Push(batch);
    }
}
