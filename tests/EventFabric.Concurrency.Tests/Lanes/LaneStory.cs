using EventFabric.Concurrency.Exploring;
using EventFabric.Lanes;

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
    private readonly TaskCompletionSource _allFinished = new();
    private readonly LaneLimits _limits;
    private readonly ExplorationScheduler _scheduler;
    private readonly int _expected;
    private int _handlers;

    public LaneStory(LaneLimits limits, int expected, bool inline = false)
    {
        (_limits, _expected) = (limits, expected);
        _scheduler = new ExplorationScheduler(Story.ShortTimers, inline);
        Lanes = new LaneScheduler(_scheduler, limits, this);
    }

    public LaneScheduler Lanes { get; }

    public Task AllFinished => _allFinished.Task;

    /// <summary>Takes the records as a pump does: as many as there is room for, under the lock of the subscription or, where that is planted, beside it.</summary>
    public async Task PumpAsync(IReadOnlyList<NumberedRecord> records, bool besideTheLock = false)
    {
        for (var at = 0; at < records.Count;)
        {
            var room = await Lanes.WaitForRoomAsync();
            Story.Promise(room > 0 && room <= _limits.MaxInFlight, "there is room when the wait for it ends");
            lock (besideTheLock ? new object() : Lanes.Sync)
            {
                for (var i = 0; i < room && at < records.Count; i++)
                    Lanes.AddLocked(records[at++]);
            }

            Lanes.Wake(mayRunHere: true);
        }
    }

    /// <summary>After the last record: nothing is left anywhere.</summary>
    public void NothingIsLeft()
    {
        lock (Lanes.Sync)
        {
            Story.Promise(Lanes.Table.Count == 0 && Lanes.Table.Bytes == 0, "nothing is in flight");
            Story.Promise(Lanes.Table.ReadyCount == 0 && Lanes.Table.ReadyRecords == 0, "nothing can run");
        }

        Story.Promise(_finished.Count == _expected, "every record finished");
    }

    public LaneWorker CreateWorker() => new StoryWorker(this, _scheduler);

    void ILaneHost.Finished(LaneRecord record, Verdict verdict)
    {
        lock (_watch)
            Story.Promise(_finished.Add(((NumberedRecord)record).Number), "a record finishes once");
    }

    public void AfterFinished()
    {
        bool all;
        lock (_watch)
            all = _finished.Count == _expected;
        if (all)
            _allFinished.TrySetResult();
    }

    internal void Enter(NumberedRecord record)
    {
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
