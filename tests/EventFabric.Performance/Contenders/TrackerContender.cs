using EventFabric.Performance.Harness;
using EventFabric.Performance.Peers;

namespace EventFabric.Performance.Contenders;

/// <summary>Adds positions and completes those of the window before in a shuffled order, so that between one and two windows are always open.</summary>
internal sealed class TrackerContender<TTracker>(int window) : LoopContender
    where TTracker : struct, ITracker<TTracker>
{
    private readonly int[] _order = Shuffled(window);
    private readonly TTracker _tracker = TTracker.Create();
    private long _added;

    protected override int ChunkSize => window;

    public override ValueTask StartAsync()
    {
        for (var i = 0; i < window; i++)
            _tracker.Add(_added++);
        return ValueTask.CompletedTask;
    }

    protected override void RunChunk()
    {
        var below = _added - window;
        var front = 0L;
        foreach (var offset in _order)
        {
            _tracker.Add(_added++);
            front = _tracker.Complete(below + offset);
        }

        if (front != below + window - 1)
            throw new InvalidOperationException($"The front is {front}, expected {below + window - 1}.");
    }

    private static int[] Shuffled(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(42).Shuffle(order);
        return order;
    }
}
