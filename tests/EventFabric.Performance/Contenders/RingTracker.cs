using EventFabric.Performance.Peers;
using EventFabric.Tracking;

namespace EventFabric.Performance.Contenders;

/// <summary>The engine's tracker. Its caller holds a lock anyway, for a whole batch: none is taken here.</summary>
internal readonly struct RingTracker : ITracker<RingTracker>
{
    private readonly WatermarkTracker _tracker;

    private RingTracker(WatermarkTracker tracker) => _tracker = tracker;

    public static RingTracker Create() => new(new WatermarkTracker());

    public void Add(long position)
    {
        if (!_tracker.TryAdd(position, 0, null, null, out _))
            throw new InvalidOperationException($"Position {position} was refused.");
    }

    public long Complete(long position)
    {
        // Positions are without holes here, so they are the sequences too.
        _tracker.Complete(position);
        return _tracker.Front - 1;
    }
}
