using EventFabric.Tracking;
using Xunit;

namespace EventFabric.Tests.Tracking;

/// <summary>Does to a tracker and to a sorted set what an integer says.</summary>
internal sealed class TrackerModel
{
    private readonly WatermarkTracker _tracker = new();
    private readonly SortedSet<long> _unsettled = [];
    private readonly List<(long Major, long Minor, string? Text, object? Handle)> _added = [];
    private object? _frontHandle;
    private long _front;

    public void Step(int step)
    {
        var (operation, argument) = (Math.Abs((long)step) % 4, Math.Abs((long)step) / 4);
        switch (operation)
        {
            case 0 or 1:
                Add(argument);
                break;
            case 2:
                Complete(argument);
                break;
            default:
                Redeliver(argument);
                break;
        }
    }

    public void Check()
    {
        Assert.Equal(_added.Count, _tracker.Added);
        Assert.Equal(_front, _tracker.Front);
        Assert.Equal(_added.Count - _front, _tracker.Window);
        Assert.Equal(_front > 0, _tracker.TryGetWatermark(out var major, out var minor, out var text, out var handle));
        if (_front > 0)
        {
            var last = _added[(int)_front - 1];
            Assert.Equal((last.Major, last.Minor, last.Text), (major, minor, text));
            Assert.Same(_frontHandle, handle);
        }

        for (var sequence = 0; sequence < _added.Count; sequence++)
        {
            if (_unsettled.Contains(sequence) == _tracker.IsComplete(sequence))
                Assert.Fail($"Record {sequence}: settled is {_tracker.IsComplete(sequence)}.");
        }

        Assert.False(_tracker.IsComplete(_added.Count));
    }

    /// <summary>The next position: now and then with a hole before it, or one minor further.</summary>
    private void Add(long argument)
    {
        var (major, minor) = _added.Count == 0 ? (argument % 7, 0) : (_added[^1].Major, _added[^1].Minor);
        if (argument % 5 == 0)
            minor++;
        else
            (major, minor) = (major + 1 + (argument % 3 == 0 ? argument : 0), 0);
        var text = argument % 11 == 0 ? $"at {major}" : null;
        var handle = argument % 13 == 0 ? new object() : null;
        Assert.True(_tracker.TryAdd(major, minor, text, handle, out var sequence));
        Assert.Equal(_added.Count, sequence);
        _unsettled.Add(sequence);
        _added.Add((major, minor, text, handle));
    }

    private void Complete(long argument)
    {
        if (_added.Count == 0)
            return;
        // Mostly near the front, where it moves.
        var sequence = argument % 3 == 0 ? argument % _added.Count : Math.Min(_added.Count - 1, _front + (argument % 4));
        var wasFront = _unsettled.Count > 0 && _unsettled.Min == sequence;
        _unsettled.Remove(sequence);
        Assert.Equal(wasFront, _tracker.Complete(sequence));
        _front = _unsettled.Count > 0 ? _unsettled.Min : _added.Count;
        _frontHandle = _front > 0 ? _added[(int)_front - 1].Handle : null;
    }

    private void Redeliver(long argument)
    {
        if (_added.Count == 0)
            return;
        var sequence = (int)(argument % _added.Count);
        var known = _added[sequence];
        var handle = argument % 2 == 0 ? new object() : null;
        Assert.False(_tracker.TryAdd(known.Major, known.Minor, known.Text, handle, out var found));
        Assert.Equal(_unsettled.Contains(sequence) ? sequence : -1, found);
        if (found >= 0)
            _added[sequence] = known with { Handle = handle };
    }
}
