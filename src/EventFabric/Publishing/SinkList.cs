namespace EventFabric.Publishing;

/// <summary>Callers to wake, first come first. Allocates nothing. Not thread-safe.</summary>
internal struct SinkList
{
    private PublishSink? _first;
    private PublishSink? _last;

    internal readonly bool IsEmpty => _first is null;

    internal void Add(PublishSink sink)
    {
        sink.Next = null;
        if (_last is null)
            _first = sink;
        else
            _last.Next = sink;
        _last = sink;
    }

    internal void Add(SinkList more)
    {
        if (more._first is null)
            return;
        if (_last is null)
            _first = more._first;
        else
            _last.Next = more._first;
        _last = more._last;
    }

    internal PublishSink? Take()
    {
        var sink = _first;
        if (sink is null)
            return null;
        _first = sink.Next;
        if (_first is null)
            _last = null;
        sink.Next = null;
        return sink;
    }
}
