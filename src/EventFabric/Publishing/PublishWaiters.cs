namespace EventFabric.Publishing;

/// <summary>Events that wait for a place, first come first. Any of them may leave early. Not thread-safe.</summary>
internal sealed class PublishWaiters
{
    private WaitingPublish? _last;

    /// <summary>Who is next; null: nobody.</summary>
    internal WaitingPublish? First { get; private set; }

    internal bool IsEmpty => First is null;

    internal int Count { get; private set; }

    internal void Add(WaitingPublish waiting)
    {
        waiting.Previous = _last;
        if (_last is null)
            First = waiting;
        else
            _last.Next = waiting;
        _last = waiting;
        waiting.IsWaiting = true;
        Count++;
    }

    /// <summary>Appends before all others: the place of whoever had its turn and has to wait again.</summary>
    internal void AddFirst(WaitingPublish waiting)
    {
        waiting.Next = First;
        if (First is null)
            _last = waiting;
        else
            First.Previous = waiting;
        First = waiting;
        waiting.IsWaiting = true;
        Count++;
    }

    /// <summary>Takes one out of the queue.</summary>
    /// <returns>False when it had left already.</returns>
    internal bool Remove(WaitingPublish waiting)
    {
        if (!waiting.IsWaiting)
            return false;
        if (waiting.Previous is { } previous)
            previous.Next = waiting.Next;
        else
            First = waiting.Next;
        if (waiting.Next is { } next)
            next.Previous = waiting.Previous;
        else
            _last = waiting.Previous;
        waiting.Previous = waiting.Next = null;
        waiting.IsWaiting = false;
        Count--;
        return true;
    }
}
