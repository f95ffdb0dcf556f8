namespace EventFabric.Lanes;

/// <summary>
/// The lanes of one subscription and what of them can run. A lane is a key that has unsettled records here, not a fixed bucket: keys do
/// not wait for each other. A record without a key runs on its own. Not thread-safe: <see cref="LaneScheduler"/> holds the lock.
/// </summary>
internal sealed class LaneTable
{
    private readonly Dictionary<ulong, Lane> _lanes = [];
    private readonly Stack<Lane> _pool = new();
    private ReadyQueue _ready;
    private LaneRecord? _oldest;
    private LaneRecord? _newest;

    /// <summary>Records in flight: queued, taken or held.</summary>
    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Nodes that a worker could take now.</summary>
    public int ReadyCount => _ready.Count;

    /// <summary>Records that a worker could take now.</summary>
    public int ReadyRecords { get; private set; }

    /// <summary>The node that waits longest; null when nothing can run.</summary>
    public LaneRecord? FirstReady => _ready.First is Lane lane ? lane.First : (LaneRecord?)_ready.First;

    /// <summary>Keys that have records here.</summary>
    public int LaneCount => _lanes.Count;

    /// <summary>Oldest record in flight; the others follow by <see cref="LaneRecord.Newer"/>.</summary>
    public LaneRecord? Oldest => _oldest;

    public void Add(LaneRecord record)
    {
        record.Stage = LaneStage.Queued;
        (record.Older, record.Newer, record.Next) = (_newest, null, null);
        if (_newest is null)
            _oldest = record;
        else
            _newest.Newer = record;
        _newest = record;
        Count++;
        Bytes += record.Bytes;
        if (!record.IsKeyed)
        {
            ReadyRecords++;
            _ready.Add(record);
            return;
        }

        if (!_lanes.TryGetValue(record.Key, out var lane))
            _lanes.Add(record.Key, lane = Rent(record.Key));
        record.Lane = lane;
        lane.Append(record);
        if (lane.IsReady)
            ReadyRecords++;
        else
            MakeReady(lane);
    }

    /// <summary>Takes the next node: the chain of a lane (whole, or at most <paramref name="most"/> of it), or one record.</summary>
    public LaneRecord? Take(int most = int.MaxValue)
    {
        if (!_ready.TryTake(out var node))
            return null;
        if (node is LaneRecord single)
        {
            // A held record that is tried again stays held: its lane goes on waiting.
            if (single.Stage == LaneStage.Queued)
                single.Stage = LaneStage.Taken;
            ReadyRecords--;
            return single;
        }

        var lane = (Lane)node;
        lane.IsReady = false;
        lane.IsRunning = true;
        ReadyRecords -= lane.Count;
        var chain = most >= lane.Count ? lane.Detach() : lane.Detach(most);
        for (var record = chain; record is not null; record = record.Next)
            record.Stage = LaneStage.Taken;
        return chain;
    }

    /// <summary>A chain that was taken and not started goes back to where it was.</summary>
    public void GiveBack(LaneRecord chain)
    {
        if (chain.Stage == LaneStage.Held || chain.Lane is not { } lane)
        {
            if (chain.Stage == LaneStage.Taken)
                chain.Stage = LaneStage.Queued;
            ReadyRecords++;
            _ready.AddFirst(chain);
            return;
        }

        for (var record = chain; record is not null; record = record.Next)
            record.Stage = LaneStage.Queued;

        lane.PutBack(chain);
        lane.IsRunning = false;
        if (lane.Blockers > 0)
            return;
        lane.IsReady = true;
        ReadyRecords += lane.Count;
        _ready.AddFirst(lane);
    }

    /// <summary>The same for the rest of a chain whose lane the worker keeps for now.</summary>
    public void PutBack(LaneRecord chain)
    {
        if (chain.Lane is not { } lane)
        {
            GiveBack(chain);
            return;
        }

        for (var record = chain; record is not null; record = record.Next)
            record.Stage = LaneStage.Queued;
        lane.PutBack(chain);
    }

    /// <summary>The worker is through with a lane's chain.</summary>
    public void Leave(Lane lane)
    {
        lane.IsRunning = false;
        Release(lane);
    }

    /// <summary>A taken record failed: its lane waits until <see cref="Remove"/>.</summary>
    public static void Hold(LaneRecord record)
    {
        record.Stage = LaneStage.Held;
        if (record.Lane is { } lane)
            lane.Blockers++;
    }

    /// <summary>A held record is to be tried again: a worker takes it like any other, while its lane goes on waiting.</summary>
    public void Retry(LaneRecord record)
    {
        // First: it is older than what waits.
        ReadyRecords++;
        _ready.AddFirst(record);
    }

    /// <summary>Takes back <see cref="Retry"/>, where no worker has the record yet.</summary>
    public bool CancelRetry(LaneRecord record)
    {
        if (!_ready.Remove(record))
            return false;
        ReadyRecords--;
        return true;
    }

    /// <summary>The record is finished: it is no longer in flight, and its lane may go on.</summary>
    public void Remove(LaneRecord record)
    {
        var wasHeld = record.Stage == LaneStage.Held;
        record.Stage = LaneStage.Done;
        if (record.Older is null)
            _oldest = record.Newer;
        else
            record.Older.Newer = record.Newer;
        if (record.Newer is null)
            _newest = record.Older;
        else
            record.Newer.Older = record.Older;
        (record.Older, record.Newer, record.Next) = (null, null, null);
        Count--;
        Bytes -= record.Bytes;
        if (record.Lane is not { } lane)
            return;
        record.Lane = null;
        if (!wasHeld)
            return;
        lane.Blockers--;
        Release(lane);
    }

    /// <summary>Drops the queued records that satisfy the condition, oldest first.</summary>
    public void RemoveQueued(Func<LaneRecord, bool> condition, Action<LaneRecord> removed)
    {
        var next = _oldest;
        while (next is not null)
        {
            var record = next;
            next = record.Newer;
            if (record.Stage != LaneStage.Queued || !condition(record))
                continue;
            if (record.Lane is { } lane)
            {
                lane.Remove(record);
                if (lane.IsReady)
                    ReadyRecords--;
                if (lane.IsEmpty && lane.IsReady)
                {
                    lane.IsReady = false;
                    _ready.Remove(lane);
                }

                Remove(record);
                Release(lane);
            }
            else
            {
                CancelRetry(record);
                Remove(record);
            }

            removed(record);
        }
    }

    private void Release(Lane lane)
    {
        if (lane.CanRun)
            MakeReady(lane);
        else if (lane.IsIdle && _lanes.Remove(lane.Key))
            _pool.Push(lane);
    }

    private void MakeReady(Lane lane)
    {
        if (!lane.CanRun)
            return;
        lane.IsReady = true;
        ReadyRecords += lane.Count;
        _ready.Add(lane);
    }

    private Lane Rent(ulong key)
    {
        if (!_pool.TryPop(out var lane))
            lane = new Lane();
        (lane.Key, lane.IsGivingBack) = (key, false);
        return lane;
    }
}
