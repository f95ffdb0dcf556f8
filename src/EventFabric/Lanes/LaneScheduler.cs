using EventFabric.Scheduling;

namespace EventFabric.Lanes;

/// <summary>
/// Runs lanes on at most <see cref="LaneLimits.MaxConcurrency"/> workers, each lane on one at a time. Who adds records wakes one worker,
/// a worker that leaves something to run wakes the next. One lock guards lanes, records and settlement of a subscription; it is taken
/// once for a batch that is added and once for a chunk that is run.
/// </summary>
internal sealed class LaneScheduler : IDisposable
{
    internal const int MaxChunk = 64;

    // Below this a record costs less than handing it to another thread would.
    private static readonly TimeSpan FastRecord = TimeSpan.FromMicroseconds(1);

    private readonly WorkScheduler _scheduler;
    private readonly LaneLimits _limits;
    private readonly ILaneHost _host;
    private readonly LaneTable _table = new();
    private readonly Stack<LaneWorker> _idle = new();
    private readonly AsyncSignal _room;
    private readonly BatchWindow? _window;
    private int _created;
    private int _active;
    private int _chunk = 1;
    private bool _fast;
    private bool _waitsForRoom;
    private bool _stopped;

    public LaneScheduler(WorkScheduler scheduler, LaneLimits limits, ILaneHost host)
    {
        (_scheduler, _limits, _host) = (scheduler, limits, host);
        _room = new AsyncSignal(scheduler);
        _window = limits.BatchSize > 0 ? new BatchWindow(scheduler.Time, limits.BatchWait, BatchDue) : null;
    }

    /// <summary>Guards everything of the subscription. Members that end in Locked want it held.</summary>
    public object Sync { get; } = new();

    /// <summary>The lanes; only under <see cref="Sync"/>.</summary>
    public LaneTable Table => _table;

    /// <summary>How many more records may be taken now, waiting until that is worth a fetch; 0 when stopped. One caller at a time.</summary>
    public async ValueTask<int> WaitForRoomAsync()
    {
        while (true)
        {
            lock (Sync)
            {
                if (_stopped)
                    return 0;
                if (RoomLocked() is > 0 and var room)
                    return room;
                _waitsForRoom = true;
            }

            await _room.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>No more records are taken: a wait for room ends, and batches that are not full run at once.</summary>
    public void Stop()
    {
        lock (Sync)
            _stopped = true;
        _room.Set();
        Wake();
    }

    public void Dispose() => _window?.Dispose();

    /// <summary>Adds a record; the caller calls <see cref="Wake"/> after the last one, outside the lock.</summary>
    public void AddLocked(LaneRecord record)
    {
        _table.Add(record);
        if (_table.ReadyRecords > 0)
            _window?.Open();
    }

    /// <summary>Starts a worker if something can run. Called on a thread that may run handlers itself when they are known to be fast.</summary>
    public void Wake(bool mayRunHere = false)
    {
        LaneWorker? worker;
        bool here;
        lock (Sync)
        {
            worker = TakeIdleLocked();
            here = mayRunHere && _fast && _active == 1;
        }

        if (worker is null)
            return;
        if (here)
            worker.Execute();
        else
            _scheduler.Queue(worker);
    }

    private void BatchDue() => Wake(mayRunHere: false);

    /// <summary>A held record is to be tried again by a worker.</summary>
    public void Retry(LaneRecord record)
    {
        lock (Sync)
            _table.Retry(record);
        Wake();
    }

    /// <summary>A held record is finished.</summary>
    public void Complete(LaneRecord record, Verdict verdict)
    {
        bool room;
        lock (Sync)
        {
            FinishLocked(record, verdict);
            room = RoomToSignalLocked();
        }

        _host.AfterFinished();
        SignalRoom(room);
        Wake();
    }

    /// <summary>Drops records that nobody has started, oldest first; the host's <see cref="ILaneHost.Finished"/> hears of each.</summary>
    public void DropQueued(Func<LaneRecord, bool> condition, Verdict verdict)
    {
        bool room;
        lock (Sync)
        {
            _table.RemoveQueued(condition, record => _host.Finished(record, verdict));
            room = RoomToSignalLocked();
        }

        _host.AfterFinished();
        SignalRoom(room);
    }

    /// <summary>A worker's chunk is done: takes what finished, gives the next chunk. False: nothing to run, the worker is idle again.</summary>
    internal bool Exchange(LaneWorker worker)
    {
        LaneWorker? another = null;
        bool room;
        bool more;
        lock (Sync)
        {
            Collect(worker);
            Learn(worker);
            more = TakeChunk(worker);
            if (!more)
            {
                _active--;
                _idle.Push(worker);
            }
            else if (!_fast)
            {
                another = TakeIdleLocked();
            }

            room = RoomToSignalLocked();
        }

        _host.AfterFinished();
        if (another is not null)
            _scheduler.Queue(another);
        SignalRoom(room);
        return more;
    }

    /// <summary>Takes what a worker finished so far, while it goes on.</summary>
    internal void Flush(LaneWorker worker)
    {
        bool room;
        lock (Sync)
        {
            Collect(worker);
            room = RoomToSignalLocked();
        }

        _host.AfterFinished();
        SignalRoom(room);
    }

    /// <summary>A worker's handler suspended: what it finished is taken, what it has not started goes to others.</summary>
    internal void Suspend(LaneWorker worker)
    {
        LaneWorker? another;
        bool room;
        lock (Sync)
        {
            Collect(worker);
            while (worker.TryTakeUnstarted(out var chain))
                _table.GiveBack(chain);
            worker.ClearChunk();
            (_fast, _chunk) = (false, 1);
            worker.Started = 0;
            another = TakeIdleLocked();
            room = RoomToSignalLocked();
        }

        _host.AfterFinished();
        if (another is not null)
            _scheduler.Queue(another);
        SignalRoom(room);
    }

    /// <summary>A record failed: the rest of its lane goes back, and waits for it.</summary>
    internal void Hold(LaneWorker worker, LaneRecord record, LaneRecord? rest)
    {
        bool room;
        lock (Sync)
        {
            Collect(worker);
            LaneTable.Hold(record);
            if (record.Lane is { } lane)
            {
                if (rest is not null)
                    _table.GiveBack(rest);
                else
                    _table.Leave(lane);
            }

            room = RoomToSignalLocked();
        }

        _host.AfterFinished();
        SignalRoom(room);
    }

    /// <summary>A record of a batch failed; its lane is still with the worker, and what follows it goes back there.</summary>
    internal void HoldInBatch(LaneRecord record, LaneRecord? rest)
    {
        lock (Sync)
        {
            LaneTable.Hold(record);
            if (rest is not null)
                _table.PutBack(rest);
        }
    }

    /// <summary>A chain that does not belong to the batch goes back; the worker keeps its lane until it leaves it.</summary>
    internal void PutBack(LaneRecord chain)
    {
        lock (Sync)
            _table.PutBack(chain);
    }

    /// <summary>Hands the finished record to the host; under the lock.</summary>
    private void FinishLocked(LaneRecord record, Verdict verdict)
    {
        _table.Remove(record);
        _host.Finished(record, verdict);
    }

    private void Collect(LaneWorker worker)
    {
        foreach (var (record, verdict) in worker.FinishedRecords)
            FinishLocked(record, verdict);
        foreach (var lane in worker.LeftLanes)
            _table.Leave(lane!);
        worker.ClearExchanged();
    }

    private void Learn(LaneWorker worker)
    {
        if (worker.Started == 0)
            return;
        var each = _scheduler.Time.GetElapsedTime(worker.ChunkTaken) / worker.Started;
        _fast = each < FastRecord && _scheduler.RunsFastWorkInline;
        _chunk = _fast ? Math.Min(_chunk * 2, MaxChunk) : 1;
        worker.Started = 0;
    }

    private bool TakeChunk(LaneWorker worker)
    {
        worker.ClearChunk();
        if (!CanTakeLocked())
            return false;
        if (_window is not null)
        {
            TakeBatch(worker);
            _window.Taken(_table.ReadyRecords);
        }
        else
        {
            for (var i = 0; i < _chunk && _table.Take() is { } chain; i++)
                worker.AddToChunk(chain);
        }

        worker.ChunkTaken = _scheduler.Time.GetTimestamp();
        return true;
    }

    /// <summary>Whole lanes until the batch is full; a held record is a batch of its own, so that a poison record is found alone.</summary>
    private void TakeBatch(LaneWorker worker)
    {
        var room = _limits.BatchSize;
        while (room > 0 && _table.FirstReady is { } first)
        {
            var held = first.Stage == LaneStage.Held;
            if (held && room < _limits.BatchSize)
                return;
            var chain = _table.Take(room)!;
            worker.AddToChunk(chain);
            if (held)
                return;
            for (var record = chain; record is not null; record = record.Next)
                room--;
        }
    }

    private bool CanTakeLocked()
    {
        if (_table.ReadyCount == 0)
            return false;
        if (_window is null)
            return true;
        // Not only what comes in becomes ready: a lane that was left, or given back, does too.
        _window.Open();
        return _window.IsDue(_table, _limits.BatchSize) || _stopped;
    }

    private LaneWorker? TakeIdleLocked()
    {
        if (!CanTakeLocked() || _active >= _limits.MaxConcurrency)
            return null;
        if (!_idle.TryPop(out var worker))
        {
            if (_created == _limits.MaxConcurrency)
                return null;
            worker = _host.CreateWorker();
            _created++;
        }

        _active++;
        return worker;
    }

    private int RoomLocked()
    {
        var room = _limits.MaxInFlight - _table.Count;
        if (room <= 0 || (_table.Bytes >= _limits.MaxInFlightBytes && _table.Count > 0))
            return 0;
        // Small fetches cost as much as large ones: wait for a quarter, unless what is here leaves workers idle.
        var worthIt = room >= (_limits.MaxInFlight + 3) / 4 || (_table.ReadyCount == 0 && _active < _limits.MaxConcurrency) || _window is not null;
        return worthIt ? room : 0;
    }

    private bool RoomToSignalLocked()
    {
        if (!_waitsForRoom || RoomLocked() == 0)
            return false;
        _waitsForRoom = false;
        return true;
    }

    private void SignalRoom(bool room)
    {
        if (room)
            _room.Set();
    }
}
