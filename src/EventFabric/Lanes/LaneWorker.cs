namespace EventFabric.Lanes;

/// <summary>
/// One of the subscription's workers. It takes a chunk of what can run, runs it as long as handlers complete at once, and keeps what
/// finished until the chunk ends, so that the lock is taken once a chunk and not once a record. When a handler suspends, the rest of
/// the chunk goes back, and this worker waits for that one lane only.
/// </summary>
internal abstract class LaneWorker(LaneScheduler lanes) : IThreadPoolWorkItem
{
    internal const int MaxChunk = 64;

    private readonly (LaneRecord Record, Verdict Verdict)[] _finished = new (LaneRecord, Verdict)[MaxChunk];
    private readonly Lane?[] _left = new Lane?[MaxChunk];
    private readonly LaneRecord?[] _chunk = new LaneRecord?[MaxChunk];
    private int _finishedCount;
    private int _leftCount;
    private int _chunkCount;
    private int _next;
    private LaneRecord? _rest;
    private LaneRecord? _suspended;

    protected LaneScheduler Lanes { get; } = lanes;

    /// <summary>Records that this worker started since its last exchange.</summary>
    internal int Started { get; set; }

    /// <summary>When the chunk was taken, by the scheduler's clock.</summary>
    internal long ChunkTaken { get; set; }

    internal ReadOnlySpan<(LaneRecord Record, Verdict Verdict)> FinishedRecords => _finished.AsSpan(0, _finishedCount);

    internal ReadOnlySpan<Lane?> LeftLanes => _left.AsSpan(0, _leftCount);

    /// <summary>Runs on a thread of the scheduler: from the beginning, or on from where a handler suspended.</summary>
    public void Execute()
    {
        if (_suspended is { } record)
        {
            _suspended = null;
            Apply(record, Resume(record, out var verdict), verdict);
            if (!RunLane(_rest))
                return;
        }

        do
        {
            while (_next < _chunkCount)
            {
                var chain = _chunk[_next];
                _chunk[_next++] = null;
                if (!RunLane(chain))
                    return;
            }
        }
        while (Lanes.Exchange(this));
    }

    /// <summary>Runs one record. <see cref="RunResult.Pending"/>: the worker calls <see cref="OnSuspended"/> and, when woken, <see cref="Resume"/>.</summary>
    protected abstract RunResult Start(LaneRecord record, out Verdict verdict);

    /// <summary>The pending handler has completed.</summary>
    protected abstract RunResult Resume(LaneRecord record, out Verdict verdict);

    /// <summary>Arranges that this worker is queued once the pending handler completes. Nothing of the worker may be touched afterwards.</summary>
    protected abstract void OnSuspended(LaneRecord record);

    /// <summary>The record failed, and its lane waits for it now: begin what follows (retry, dead letter).</summary>
    protected abstract void OnHeld(LaneRecord record);

    internal void AddToChunk(LaneRecord chain) => _chunk[_chunkCount++] = chain;

    internal void ClearExchanged()
    {
        (_finishedCount, _leftCount) = (0, 0);
    }

    internal void ClearChunk() => (_chunkCount, _next) = (0, 0);

    /// <summary>The chains that were taken and not started, last first; the chunk is empty then.</summary>
    internal bool TryTakeUnstarted([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LaneRecord? chain)
    {
        chain = null;
        if (_chunkCount <= _next)
            return false;
        chain = _chunk[--_chunkCount]!;
        _chunk[_chunkCount] = null;
        return true;
    }

    private bool RunLane(LaneRecord? record)
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
            Lanes.Hold(this, record, _rest);
            _rest = null;
            OnHeld(record);
            return;
        }

        if (result == RunResult.Reported)
            return;
        if (_finishedCount == _finished.Length)
            Lanes.Flush(this);
        _finished[_finishedCount++] = (record, verdict);
        if (_rest is not null || lane is null)
            return;
        if (_leftCount == _left.Length)
            Lanes.Flush(this);
        _left[_leftCount++] = lane;
    }
}

/// <summary>How running one record ended.</summary>
internal enum RunResult : byte
{
    /// <summary>With a verdict.</summary>
    Finished,

    /// <summary>Its handler has not completed.</summary>
    Pending,

    /// <summary>It failed: its lane waits for it.</summary>
    Held,

    /// <summary>It was a further attempt of a held record, and who holds it was told.</summary>
    Reported,
}
