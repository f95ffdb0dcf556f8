using EventFabric.Lanes;
using Xunit;

namespace EventFabric.Tests.Lanes;

/// <summary>
/// Does to a lane table what an integer says, with workers that behave as the real ones do, and compares it with lists: a queue for each
/// key, and the one list of what can run.
/// </summary>
internal sealed class LaneModel
{
    private readonly LaneTable _table = new();
    private readonly List<TestRecord> _inFlight = [];
    private readonly Dictionary<ulong, List<TestRecord>> _queued = [];
    private readonly Dictionary<ulong, int> _started = [];
    private readonly HashSet<ulong> _running = [];
    private readonly List<object> _ready = [];
    private readonly List<TestRecord> _held = [];
    private readonly List<(ulong? Key, List<TestRecord> Chain)> _taken = [];
    private int _number;

    public void Step(int step)
    {
        var (operation, argument) = (Math.Abs((long)step) % 12, (int)(Math.Abs((long)step) / 12 % 1_000));
        switch (operation)
        {
            case 0 or 1 or 2:
                Add(argument);
                break;
            case 3 or 4:
                Take(argument % 3 == 0 ? 1 + (argument % 4) : int.MaxValue);
                break;
            case 5 or 6:
                FinishFirst(argument);
                break;
            case 7:
                GiveBack(argument);
                break;
            case 8:
                HoldFirst(argument);
                break;
            case 9:
                Retry(argument);
                break;
            case 10:
                Complete(argument);
                break;
            default:
                Drop(argument);
                break;
        }

        Check();
    }

    /// <summary>Takes and finishes everything; then nothing is left anywhere.</summary>
    public void End()
    {
        for (var rounds = 3 + (3 * _inFlight.Count); _inFlight.Count > 0; rounds--)
        {
            Assert.True(rounds > 0, "Records are in flight, and nothing can run.");
            while (_taken.Count > 0)
                FinishFirst(0);
            Complete(0);
            Take(int.MaxValue);
            Check();
        }

        Assert.Equal(0, _table.LaneCount);
        Assert.Equal(0, _table.ReadyCount);
        Assert.Equal(0, _table.Bytes);
    }

    private List<TestRecord> Queue(ulong key) => _queued.TryGetValue(key, out var queue) ? queue : _queued[key] = [];

    private bool CanRun(ulong key) => Queue(key).Count > 0 && !_running.Contains(key) && !_held.Exists(held => held.IsKeyed && held.Key == key);

    private void Release(ulong key)
    {
        if (CanRun(key) && !_ready.Contains(key))
            _ready.Add(key);
    }

    private void Add(int argument)
    {
        var record = new TestRecord(_number++, argument % 5 == 0 ? null : argument % 4, 1 + (argument % 9));
        _table.Add(record);
        _inFlight.Add(record);
        if (!record.IsKeyed)
        {
            _ready.Add(record);
            return;
        }

        Queue(record.Key).Add(record);
        Release(record.Key);
    }

    private void Take(int most)
    {
        var chain = _table.Take(most);
        if (_ready.Count == 0)
        {
            Assert.Null(chain);
            return;
        }

        var node = _ready[0];
        _ready.RemoveAt(0);
        List<TestRecord> expected = [];
        ulong? lane = null;
        if (node is ulong key)
        {
            lane = key;
            expected = [.. Queue(key).Take(most)];
            Queue(key).RemoveRange(0, expected.Count);
            Assert.True(_running.Add(key), $"Key {key} runs twice.");
        }
        else
        {
            expected.Add((TestRecord)node);
        }

        for (var at = chain; at is not null; at = at.Next)
        {
            Assert.True(expected.Count > 0, $"{at} was taken beyond what was asked for.");
            Assert.Same(expected[0], at);
            Started((TestRecord)at);
            expected.RemoveAt(0);
        }

        Assert.Empty(expected);
        _taken.Add((lane, Chain(chain!)));
    }

    /// <summary>Per key records are first taken in the order in which they came, whatever was given back between.</summary>
    private void Started(TestRecord record)
    {
        if (!record.IsKeyed || record.Stage == LaneStage.Held)
            return;
        Assert.True(!_inFlight.Exists(other => other.IsKeyed && other.Key == record.Key && other.Number < record.Number && other.Stage == LaneStage.Queued), $"{record} overtook another.");
        _started[record.Key] = Math.Max(_started.GetValueOrDefault(record.Key, -1), record.Number);
    }

    private static List<TestRecord> Chain(LaneRecord first)
    {
        List<TestRecord> chain = [];
        for (var at = (LaneRecord?)first; at is not null; at = at.Next)
            chain.Add((TestRecord)at);
        return chain;
    }

    /// <summary>A worker finishes the first record of a chain, and leaves the lane with the last one. A held one is only reported.</summary>
    private void FinishFirst(int argument)
    {
        if (_taken.Count == 0)
            return;
        var at = argument % _taken.Count;
        var (key, chain) = _taken[at];
        var record = chain[0];
        chain.RemoveAt(0);
        record.Next = null;
        if (record.Stage != LaneStage.Held)
        {
            var lane = record.Lane;
            _table.Remove(record);
            _inFlight.Remove(record);
            if (chain.Count == 0 && lane is not null)
                _table.Leave(lane);
        }

        if (chain.Count > 0)
            return;
        _taken.RemoveAt(at);
        Left(key);
    }

    private void Left(ulong? key)
    {
        if (key is not { } lane)
            return;
        _running.Remove(lane);
        Release(lane);
    }

    private void GiveBack(int argument)
    {
        if (_taken.Count == 0)
            return;
        var at = argument % _taken.Count;
        var (key, chain) = _taken[at];
        _taken.RemoveAt(at);
        _table.GiveBack(chain[0]);
        if (key is not { } lane)
        {
            _ready.Insert(0, chain[0]);
            return;
        }

        Queue(lane).InsertRange(0, chain);
        _running.Remove(lane);
        if (CanRun(lane))
            _ready.Insert(0, lane);
    }

    private void HoldFirst(int argument)
    {
        if (_taken.Count == 0)
            return;
        var at = argument % _taken.Count;
        var (key, chain) = _taken[at];
        var record = chain[0];
        if (record.Stage == LaneStage.Held)
            return;
        _taken.RemoveAt(at);
        var rest = chain.Count > 1 ? chain[1] : null;
        record.Next = null;
        LaneTable.Hold(record);
        _held.Add(record);
        if (record.Lane is { } lane)
        {
            if (rest is null)
                _table.Leave(lane);
            else
                _table.GiveBack(rest);
        }

        if (key is not { } hash)
            return;
        Queue(hash).InsertRange(0, chain.Skip(1));
        _running.Remove(hash);
    }

    private void Retry(int argument)
    {
        var waiting = _held.FindAll(IsWaiting);
        if (waiting.Count == 0)
            return;
        var record = waiting[argument % waiting.Count];
        _table.Retry(record);
        _ready.Insert(0, record);
        if (argument % 4 != 0)
            return;
        Assert.True(_table.CancelRetry(record));
        Assert.False(_table.CancelRetry(record));
        _ready.RemoveAt(0);
    }

    private bool IsWaiting(TestRecord held) => !_ready.Contains(held) && !_taken.Exists(taken => taken.Chain.Contains(held));

    private void Complete(int argument)
    {
        var waiting = _held.FindAll(IsWaiting);
        if (waiting.Count == 0)
            return;
        var record = waiting[argument % waiting.Count];
        _table.Remove(record);
        _held.Remove(record);
        _inFlight.Remove(record);
        if (record.IsKeyed)
            Release(record.Key);
    }

    private void Drop(int argument)
    {
        var divisor = 2 + (argument % 3);
        List<LaneRecord> removed = [];
        _table.RemoveQueued(record => ((TestRecord)record).Number % divisor == 0, removed.Add);
        List<TestRecord> expected = [];
        foreach (var record in _inFlight)
        {
            var isQueued = record.IsKeyed ? Queue(record.Key).Contains(record) : _ready.Contains(record) && !_held.Contains(record);
            if (isQueued && record.Number % divisor == 0)
                expected.Add(record);
        }

        Assert.Equal(expected, removed);
        foreach (var record in expected)
        {
            _inFlight.Remove(record);
            _ready.Remove(record);
            if (record.IsKeyed && Queue(record.Key).Remove(record) && Queue(record.Key).Count == 0)
                _ready.Remove(record.Key);
        }
    }

    private void Check()
    {
        Assert.Equal(_inFlight.Count, _table.Count);
        Assert.Equal(_inFlight.Sum(static record => (long)record.Bytes), _table.Bytes);
        Assert.Equal(_ready.Count, _table.ReadyCount);
        Assert.Equal(_ready.Sum(node => node is ulong key ? Queue(key).Count : 1), _table.ReadyRecords);
        Assert.Same(_ready.Count == 0 ? null : _ready[0] is ulong first ? Queue(first)[0] : _ready[0], _table.FirstReady);
        Assert.Equal(_inFlight.Where(static record => record.IsKeyed).Select(static record => record.Key).Distinct().Count(), _table.LaneCount);
        List<LaneRecord> arrived = [];
        for (var at = _table.Oldest; at is not null; at = at.Newer)
            arrived.Add(at);
        Assert.True(_inFlight.SequenceEqual(arrived), "The list of arrivals is not what is in flight.");
    }
}
