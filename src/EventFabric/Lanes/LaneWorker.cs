using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Lanes;

/// <summary>
/// One of the subscription's workers. It takes a chunk of what can run, and keeps what finished until the chunk ends, so that the lock
/// is taken once a chunk and not once a record. Subclasses say how a chunk is run.
/// </summary>
internal abstract class LaneWorker(LaneScheduler lanes, int chunkCapacity) : IThreadPoolWorkItem
{
    private readonly (LaneRecord Record, Verdict Verdict)[] _finished = new (LaneRecord, Verdict)[LaneScheduler.MaxChunk];
    private readonly Lane?[] _left = new Lane?[LaneScheduler.MaxChunk];
    private readonly Chain[] _chunk = new Chain[chunkCapacity];
    private int _finishedCount;
    private int _leftCount;
    private int _chunkCount;
    private int _next;

    protected LaneScheduler Lanes { get; } = lanes;

    /// <summary>A handler of this worker has not completed; <see cref="Execute"/> goes on from there.</summary>
    protected bool IsSuspended { get; set; }

    /// <summary>Records that this worker started since its last exchange.</summary>
    internal int Started { get; set; }

    /// <summary>When the chunk was taken, by the scheduler's clock.</summary>
    internal long ChunkTaken { get; set; }

    internal ReadOnlySpan<(LaneRecord Record, Verdict Verdict)> FinishedRecords => _finished.AsSpan(0, _finishedCount);

    internal ReadOnlySpan<Lane?> LeftLanes => _left.AsSpan(0, _leftCount);

    /// <summary>Runs on a thread of the scheduler: from the beginning, or on from where a handler suspended.</summary>
    public void Execute()
    {
        if (IsSuspended)
        {
            IsSuspended = false;
            if (!ResumeChunk())
                return;
        }

        do
        {
            if (!RunChunk())
                return;
        }
        while (Lanes.Exchange(this));
    }

    /// <summary>Runs what was taken. False: a handler suspended, and the worker is queued again when it completes.</summary>
    protected abstract bool RunChunk();

    /// <summary>Goes on after the handler that suspended has completed.</summary>
    protected abstract bool ResumeChunk();

    /// <summary>The next chain of the chunk: records of one lane in order, or one record on its own.</summary>
    protected bool TryNextChain([NotNullWhen(true)] out LaneRecord? chain)
    {
        chain = null;
        if (_next == _chunkCount)
            return false;
        chain = _chunk[_next].First!;
        _chunk[_next++].First = null;
        return true;
    }

    protected void Finish(LaneRecord record, Verdict verdict)
    {
        if (_finishedCount == _finished.Length)
            Lanes.Flush(this);
        _finished[_finishedCount++] = (record, verdict);
    }

    /// <summary>Nothing of the lane is with this worker any more.</summary>
    protected void Leave(Lane lane)
    {
        if (_leftCount == _left.Length)
            Lanes.Flush(this);
        _left[_leftCount++] = lane;
    }

    internal void AddToChunk(LaneRecord chain) => _chunk[_chunkCount++].First = chain;

    internal void ClearExchanged() => (_finishedCount, _leftCount) = (0, 0);

    internal void ClearChunk() => (_chunkCount, _next) = (0, 0);

    /// <summary>The chains that were taken and not started, last first.</summary>
    internal bool TryTakeUnstarted([NotNullWhen(true)] out LaneRecord? chain)
    {
        chain = null;
        if (_chunkCount <= _next)
            return false;
        chain = _chunk[--_chunkCount].First!;
        _chunk[_chunkCount].First = null;
        return true;
    }

    // A field in a struct: an array of a class that others derive from checks the type of everything that is stored.
    private struct Chain
    {
        public LaneRecord? First;
    }
}
