using EventFabric.Concurrency.Exploring;
using EventFabric.Drivers;
using EventFabric.Lanes;
using EventFabric.Tracking;

namespace EventFabric.Concurrency.Lanes;

/// <summary>
/// A subscription of which only the lanes are real. Watches that no two records of a key run at once, that a key's records run in order, that
/// no more handlers run than allowed, and that every record finishes once.
/// </summary>
internal sealed class LaneStory : ILaneHost
{
    private readonly object _watch = new();
    private readonly Dictionary<ulong, int> _running = [];
    private readonly Dictionary<ulong, int> _last = [];
    private readonly HashSet<int> _finished = [];
    private readonly TaskCompletionSource _begun = new();
    private readonly TaskCompletionSource _allFinished = new();
    private readonly List<TaskCompletionSource> _idle = [];
    private readonly PartitionState _part = new(new Ownership("0", 0), cumulative: false);
    private readonly LaneLimits _limits;
    private readonly ExplorationScheduler _scheduler;
    private readonly int _expected;
    private int _handlers;
    private bool _isStopping;

    public LaneStory(LaneLimits limits, int expected, bool inline = false)
    {
        (_limits, _expected) = (limits, expected);
        _scheduler = new ExplorationScheduler(Story.ShortTimers, inline);
        Lanes = new LaneScheduler(_scheduler, limits, this);
    }

    public LaneScheduler Lanes { get; }

    public Task AllFinished => _allFinished.Task;

    /// <summary>Takes the records as a pump does: as many as there is room for.</summary>
    /// <param name="records">The records, in the order of their delivery.</param>
    /// <param name="besideTheLock">Planted: they are added under another lock than that of the subscription.</param>
    /// <param name="looksTooEarly">Planted: whether the subscription stops is asked before the wait for room, and not under the lock.</param>
    public async Task PumpAsync(IReadOnlyList<NumberedRecord> records, bool besideTheLock = false, bool looksTooEarly = false)
    {
        for (var at = 0; at < records.Count;)
        {
            var wasStopping = _isStopping;
            var room = await Lanes.WaitForRoomAsync();
            Story.Promise(room <= _limits.MaxInFlight, "no more is taken than allowed");
            if (room == 0)
                return;
            lock (besideTheLock ? new object() : Lanes.Sync)
            {
                if (looksTooEarly ? wasStopping : _isStopping)
                    return;
                for (var i = 0; i < room && at < records.Count; i++)
                {
                    _part.InFlight++;
                    Lanes.AddLocked(records[at++]);
                }
            }

            Lanes.Wake(mayRunHere: true);
        }
    }

    /// <summary>Drains as a subscription does, once handlers run: takes no more, drops what has not begun, waits for the rest.</summary>
    public async Task StopAsync()
    {
        await _begun.Task;
        lock (Lanes.Sync)
            _isStopping = true;
        Lanes.DropQueued(static _ => true, Verdict.Release);
        await _part.WhenIdleAsync(Lanes.Sync);
        lock (Lanes.Sync)
            Story.Promise(Lanes.Table.Count == 0, "nothing is in flight when the wait for it ends");
        Lanes.Stop();
    }

    /// <summary>After the last record: nothing is left anywhere.</summary>
    public void NothingIsLeft()
    {
        lock (Lanes.Sync)
        {
            Story.Promise(Lanes.Table.Count == 0 && Lanes.Table.Bytes == 0, "nothing is in flight");
            Story.Promise(Lanes.Table.ReadyCount == 0 && Lanes.Table.ReadyRecords == 0, "nothing can run");
        }

        Story.Promise(_finished.Count == _expected || _isStopping, "every record finished");
        Story.Promise(_part.InFlight == 0, "the partition is idle");
    }

    public LaneWorker CreateWorker() => new StoryWorker(this, _scheduler);

    void ILaneHost.Finished(LaneRecord record, Verdict verdict)
    {
        lock (_watch)
            Story.Promise(_finished.Add(((NumberedRecord)record).Number), "a record finishes once");
        _part.InFlight--;
        if (_part.TakeIdleWaiter() is { } waiter)
            _idle.Add(waiter);
    }

    public void AfterFinished()
    {
        bool all;
        lock (_watch)
            all = _finished.Count == _expected;
        if (all)
            _allFinished.TrySetResult();
        TaskCompletionSource[] idle;
        lock (Lanes.Sync)
        {
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var waiter in idle)
            waiter.SetResult();
    }

    internal void Enter(NumberedRecord record)
    {
        _begun.TrySetResult();
        lock (_watch)
        {
            Story.Promise(++_handlers <= _limits.MaxConcurrency, "no more handlers run than allowed");
            if (!record.IsKeyed)
                return;
            Story.Promise(_running.TryAdd(record.Key, record.Number), "no two records of a key run at once");
            Story.Promise(_last.GetValueOrDefault(record.Key, -1) <= record.Number, "the records of a key run in order");
            _last[record.Key] = record.Number;
        }
    }

    internal void Leave(NumberedRecord record)
    {
        lock (_watch)
        {
            _handlers--;
            if (record.IsKeyed)
                _running.Remove(record.Key);
        }
    }

    /// <summary>What follows a failure, later and elsewhere.</summary>
    internal void FollowUp(NumberedRecord record, bool tryAgain) => _ = Task.Run(() =>
    {
        if (tryAgain)
            Lanes.Retry(record);
        else
            Lanes.Complete(record, Verdict.Ack);
    });
}
