using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using EventFabric.Lanes;
using EventFabric.Retry;

namespace EventFabric.Subscribing;

/// <summary>
/// Runs batches: what it took goes into one call of a batch handler, with the events of a key in their order. What failed is tried again
/// alone, so that a poison event is found. An event of another type than the batch's goes back to its lane.
/// </summary>
internal sealed class BatchWorker : LaneWorker, ISubscriptionWorker
{
    private readonly SubscriptionCore _core;
    private readonly BatchCall _batch;
    private readonly List<Lane> _lanes = [];
    private readonly Action _resume;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _pending;

    public BatchWorker(SubscriptionCore core)
        : base(core.Lanes, core.Plan.Batch.MaxSize)
    {
        _core = core;
        _batch = new BatchCall(core);
        Call = new HandlerCall(core);
        _resume = () => core.Scheduler.Queue(this);
    }

    public HandlerCall Call { get; }

    public void Dispose() => Call.Dispose();

    protected override bool RunChunk()
    {
        while (TryNextChain(out var chain))
        {
            if (chain is { Stage: not LaneStage.Held, Lane: { } lane })
                _lanes.Add(lane);
            Collect(chain);
        }

        if (_batch.Count == 0)
        {
            LeaveLanes();
            return true;
        }

        Call.Begin(_batch.Records[0], _batch.Records);
        var handled = _batch.Binding!.InvokeBatchAsync(_batch, Call.Token);
        if (!handled.IsCompleted)
        {
            Call.Suspend();
            IsSuspended = true;
            _pending = handled.ConfigureAwait(false).GetAwaiter();
            Lanes.Suspend(this);
            _pending.UnsafeOnCompleted(_resume);
            return false;
        }

        Conclude(handled.ConfigureAwait(false).GetAwaiter());
        return true;
    }

    protected override bool ResumeChunk()
    {
        var pending = _pending;
        _pending = default;
        Conclude(pending);
        return true;
    }

    private void Collect(LaneRecord? next)
    {
        var first = _batch.Count;
        while (next is not null)
        {
            var (record, rest) = ((InFlightRecord)next, next.Next);
            next.Next = null;
            Started++;
            if (!Admission.IsOpen(_core, record, out var verdict))
            {
                if (Outcomes.Refuse(record) == RunResult.Finished)
                    Finish(record, verdict);
                next = rest;
                continue;
            }

            var place = _batch.NextPlace();
            var status = place.Begin(record, in record.Record);
            if (Admission.Check(_core, record, place, status, out var binding) is { } refusal)
            {
                place.End();
                if (_core.Parked is not null && record.IsKeyed && _batch.Count > first)
                {
                    // It would take its key along before what is older of the key has been handled.
                    record.Next = rest;
                    Lanes.PutBack(record);
                    return;
                }

                next = Refused(record, refusal, rest) ? rest : null;
                continue;
            }

            if (_batch.Binding is { } taken && (taken != binding || !binding.TakesBatches))
            {
                place.End();
                record.Next = rest;
                Lanes.PutBack(record);
                return;
            }

            _batch.Add(record, binding!);
            next = rest;
        }
    }

    /// <summary>False: the record is held, and the rest of its lane went back behind it.</summary>
    private bool Refused(InFlightRecord record, AttemptOutcome refusal, LaneRecord? rest)
    {
        var result = Outcomes.Conclude(_core, record, refusal, out var verdict);
        if (result == RunResult.Finished)
            Finish(record, verdict);
        if (result != RunResult.Held)
            return true;
        Lanes.HoldInBatch(record, rest);
        _core.Failures.Begin(record, refusal);
        return false;
    }

    [SuppressMessage("Usage", "VSTHRD002:Avoid problematic synchronous waits", Justification = "The call has ended: nothing is waited for.")]
    private void Conclude(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter pending)
    {
        Exception? thrown = null;
        try
        {
            pending.GetResult();
        }
        catch (Exception error)
        {
            thrown = error;
        }

        var (count, cancelled) = (_batch.Count, Call.IsCancelled);
        var ended = new (InFlightRecord Record, BatchCall.Result Result)[count];
        for (var i = 0; i < count; i++)
            ended[i] = (_batch.Records[i], thrown is null ? _batch.ResultOf(i) : new BatchCall.Result(default, thrown, false));
        // Whoever cancels calls looks through the records of this one until it has ended.
        var end = Call.End();
        _batch.Clear();
        Call.Renew();
        var failures = new List<(InFlightRecord Record, AttemptOutcome First)>();
        var skipped = new List<InFlightRecord>();
        foreach (var (record, result) in ended)
        {
            if (result.IsSkipped)
                skipped.Add(record);
            else
                Apply(record, OutcomeOf(record, result, end, cancelled), failures);
        }

        PutBack(skipped);
        LeaveLanes();
        Lanes.Flush(this);
        foreach (var lane in failures.GroupBy(failure => failure.Record.Lane is { } lane ? (object)lane : failure.Record))
            _ = _core.Failures.BeginInOrderAsync([.. lane]);
    }

    /// <summary>A cancelled batch is cancelled for all of it: what lost its tenure is abandoned, the rest runs again uncounted.</summary>
    private AttemptOutcome OutcomeOf(InFlightRecord record, BatchCall.Result result, CallEnd end, bool cancelled)
    {
        if (end == CallEnd.Lost && !record.IsGone)
            return new AttemptOutcome(Settlement.Retry(TimeSpan.Zero), result.Error, IsRerun: true);
        return result.Error is { } error ? Outcomes.Of(_core, error, end, cancelled) : Outcomes.Of(result.Settlement, null, end);
    }

    private void Apply(InFlightRecord record, AttemptOutcome outcome, List<(InFlightRecord Record, AttemptOutcome First)> failures)
    {
        var result = Outcomes.Conclude(_core, record, outcome, out var verdict);
        if (result == RunResult.Finished)
        {
            Finish(record, verdict);
        }
        else if (result == RunResult.Held)
        {
            Lanes.HoldInBatch(record, rest: null);
            failures.Add((record, outcome));
        }
    }

    /// <summary>Last first, so that each lane has them in their order again.</summary>
    private void PutBack(List<InFlightRecord> skipped)
    {
        for (var i = skipped.Count - 1; i >= 0; i--)
            Lanes.PutBack(skipped[i]);
    }

    private void LeaveLanes()
    {
        foreach (var lane in _lanes)
            Leave(lane);
        _lanes.Clear();
    }
}
