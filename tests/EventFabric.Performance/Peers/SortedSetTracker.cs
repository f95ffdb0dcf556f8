namespace EventFabric.Performance.Peers;

/// <summary>A set of what is in flight; the front lies below its lowest member. The shape of Wolverine's tracker.</summary>
internal readonly struct SortedSetTracker : ITracker<SortedSetTracker>
{
    private readonly SortedSet<long> _inFlight;
    private readonly long[] _highest;

    private SortedSetTracker(SortedSet<long> inFlight, long[] highest) => (_inFlight, _highest) = (inFlight, highest);

    public static SortedSetTracker Create() => new([], [-1]);

    public void Add(long position)
    {
        lock (_inFlight)
        {
            _inFlight.Add(position);
            _highest[0] = position;
        }
    }

    public long Complete(long position)
    {
        lock (_inFlight)
        {
            _inFlight.Remove(position);
            return _inFlight.Count == 0 ? _highest[0] : _inFlight.Min - 1;
        }
    }
}
