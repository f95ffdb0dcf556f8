namespace EventFabric.Publishing;

/// <summary>
/// Keeps <see cref="PendingPublish"/> objects for reuse. They are rented under the channel's lock and come back on any thread: the returned ones are
/// a list that grows by compare-and-swap and is only ever taken as a whole, so that no element can come back in the middle of a take.
/// </summary>
internal sealed class PendingPool(int maxKept)
{
    private PublishSink? _own;
    private PublishSink? _returned;
    private int _kept;

    /// <summary>Under the channel's lock.</summary>
    internal PendingPublish Rent()
    {
        var sink = _own ?? Interlocked.Exchange(ref _returned, null);
        if (sink is null)
            return new PendingPublish(this);
        _own = sink.Next;
        sink.Next = null;
        Interlocked.Decrement(ref _kept);
        return (PendingPublish)sink;
    }

    /// <summary>Any thread.</summary>
    internal void Return(PendingPublish pending)
    {
        if (Interlocked.Increment(ref _kept) > maxKept)
        {
            Interlocked.Decrement(ref _kept);
            return;
        }

        PublishSink? head;
        do
        {
            head = Volatile.Read(ref _returned);
            pending.Next = head;
        }
        while (Interlocked.CompareExchange(ref _returned, pending, head) != head);
    }
}
