namespace EventFabric.Lanes;

/// <summary>
/// A worker that runs records one by one. It goes through its chunk as long as they complete at once; when one suspends, the rest of the
/// chunk goes back, and this worker waits for that one lane only.
/// </summary>
internal abstract class RecordWorker(LaneScheduler lanes) : LaneWorker(lanes, LaneScheduler.MaxChunk)
{
    private LaneRecord? _rest;
    private LaneRecord? _suspended;

    /// <summary>Runs one record. <see cref="RunResult.Pending"/>: <see cref="OnSuspended"/> follows and, when woken, <see cref="Resume"/>.</summary>
    protected abstract RunResult Start(LaneRecord record, out Verdict verdict);

    /// <summary>The pending handler has completed.</summary>
    protected abstract RunResult Resume(LaneRecord record, out Verdict verdict);

    /// <summary>Arranges that this worker is queued once the pending handler completes. Nothing of the worker may be touched afterwards.</summary>
    protected abstract void OnSuspended(LaneRecord record);

    /// <summary>The record failed, and its lane waits for it now: begin what follows (retry, dead letter).</summary>
    protected abstract void OnHeld(LaneRecord record);

    protected sealed override bool RunChunk()
    {
        while (TryNextChain(out var chain))
        {
            if (!RunChain(chain))
                return false;
        }

        return true;
    }

    protected sealed override bool ResumeChunk()
    {
        var record = _suspended!;
        _suspended = null;
        Apply(record, Resume(record, out var verdict), verdict);
        return RunChain(_rest);
    }

    private bool RunChain(LaneRecord? record)
    {
        while (record is not null)
        {
            _rest = record.Next;
            record.Next = null;
            Started++;
            var result = Start(record, out var verdict);
            if (result == RunResult.Pending)
            {
                _suspended = record;
                IsSuspended = true;
                Lanes.Suspend(this);
                OnSuspended(record);
                return false;
            }

            Apply(record, result, verdict);
            record = _rest;
        }

        return true;
    }

    /// <summary>Notes the result; afterwards <see cref="_rest"/> is what of the lane is still to run.</summary>
    private void Apply(LaneRecord record, RunResult result, Verdict verdict)
    {
        var lane = record.Lane;
        if (result == RunResult.Held)
        {
            var rest = _rest;
            _rest = null;
            Lanes.Hold(this, record, rest);
            OnHeld(record);
        }
        else if (result == RunResult.Finished)
        {
            Finish(record, verdict);
            if (_rest is null && lane is not null)
                Leave(lane);
        }
    }
}
