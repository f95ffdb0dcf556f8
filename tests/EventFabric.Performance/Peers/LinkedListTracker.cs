namespace EventFabric.Performance.Peers;

/// <summary>A list of what was received, and a sorted dictionary of what is done out of order. The shape of KafkaFlow's tracker.</summary>
internal readonly struct LinkedListTracker : ITracker<LinkedListTracker>
{
    private readonly LinkedList<long> _received;
    private readonly SortedDictionary<long, long> _done;
    private readonly long[] _front;

    private LinkedListTracker(LinkedList<long> received, SortedDictionary<long, long> done, long[] front) => (_received, _done, _front) = (received, done, front);

    public static LinkedListTracker Create() => new([], [], [-1]);

    public void Add(long position)
    {
        lock (_received)
            _received.AddLast(position);
    }

    public long Complete(long position)
    {
        lock (_received)
        {
            if (_received.First!.Value != position)
            {
                _done.Add(position, position);
                return _front[0];
            }

            do
            {
                _front[0] = _received.First!.Value;
                _received.RemoveFirst();
            }
            while (_received.First is { } next && _done.Remove(next.Value));
            return _front[0];
        }
    }
}
