namespace EventFabric.Publishing;

/// <summary>One event on its way from the caller to its channel, as user code sees it.</summary>
internal abstract class PublishCall : PublishContext
{
    private PublishHeaders? _headers;
    private string? _id;
    private TaskCompletionSource? _handedOn;
    private bool _isHandedOn;

    private PublishHead _head;
    internal EventRoute Route { get; private set; } = null!;

    /// <summary>What is known of the event beside its data.</summary>
    internal ref readonly PublishHead Head => ref _head;

    public override string Type => Route.Entry.Name;

    public override string Id => _id ??= _head.Id.ToString();

    public override string Channel => _head.Target.Channel;

    public override string? Key => _head.Key;

    public override IDictionary<string, string> Headers => _headers ??= new PublishHeaders(_head.Options?.Headers);

    /// <summary>Whether its event was given to its channel: the next one of the batch may follow.</summary>
    internal bool IsHandedOn => Volatile.Read(ref _isHandedOn);

    /// <summary>Writes the body.</summary>
    internal abstract ValueTask EncodeAsync(EventPublisher publisher, PublishScratch scratch, CancellationToken cancellationToken);

    /// <summary>Lets go of the caller's data, where the call is used again.</summary>
    internal abstract void End();

    /// <summary>What user code has made of the headers.</summary>
    internal void TakeHeaders(ref OutgoingEvent outgoing)
    {
        if (_headers is not null)
            outgoing.Headers = _headers.Count == 0 ? null : _headers;
    }

    internal void HandOn()
    {
        Volatile.Write(ref _isHandedOn, true);
        Volatile.Read(ref _handedOn)?.TrySetResult();
    }

    /// <summary>Ends when the event was given to its channel, or never will be.</summary>
    internal Task WhenHandedOn()
    {
        var source = new TaskCompletionSource();
        Volatile.Write(ref _handedOn, source);
        Interlocked.MemoryBarrier();
        if (IsHandedOn)
            source.TrySetResult();
        return source.Task;
    }

    private protected void Begin(EventRoute route, in PublishHead head)
    {
        Route = route;
        _head = head;
        _headers = null;
        _id = null;
    }
}
