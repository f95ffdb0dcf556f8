namespace EventFabric.Lanes;

/// <summary>First-in-first-out list of what can run, linked through the nodes themselves. Not thread-safe.</summary>
internal struct ReadyQueue
{
    private ReadyNode? _first;
    private ReadyNode? _last;

    public int Count { get; private set; }

    public readonly ReadyNode? First => _first;

    public void Add(ReadyNode node)
    {
        node.NextReady = null;
        if (_last is null)
            _first = node;
        else
            _last.NextReady = node;
        _last = node;
        Count++;
    }

    /// <summary>Puts a node that was taken and not run back where it was: before all others.</summary>
    public void AddFirst(ReadyNode node)
    {
        node.NextReady = _first;
        _first = node;
        _last ??= node;
        Count++;
    }

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ReadyNode? node)
    {
        node = _first;
        if (node is null)
            return false;
        _first = node.NextReady;
        if (_first is null)
            _last = null;
        node.NextReady = null;
        Count--;
        return true;
    }

    public bool Remove(ReadyNode node)
    {
        ReadyNode? before = null;
        for (var at = _first; at is not null; before = at, at = at.NextReady)
        {
            if (!ReferenceEquals(at, node))
                continue;
            if (before is null)
                _first = at.NextReady;
            else
                before.NextReady = at.NextReady;
            if (ReferenceEquals(_last, at))
                _last = before;
            at.NextReady = null;
            Count--;
            return true;
        }

        return false;
    }
}
