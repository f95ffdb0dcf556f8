using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Publishing;

/// <summary>One event on its way from the caller to its channel, as user code sees it.</summary>
[SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "Filled and read in place.")]
internal abstract class PublishCall : PublishContext
{
    private PublishHeaders? _headers;
    private string? _id;
    private TaskCompletionSource? _handedOn;
    private bool _isHandedOn;

    /// <summary>The event so far: everything but the body.</summary>
    public OutgoingEvent Outgoing;

    internal EventRoute Route { get; private set; } = null!;

    internal RouteTarget Target { get; private set; } = null!;

    internal PublishOptions? Options { get; private set; }

    public override string Type => Route.Entry.Name;

    public override string Id => _id ??= Outgoing.Id.ToString();

    public override string Channel => Target.Channel;

    public override string? Key => Outgoing.Key;

    public override IDictionary<string, string> Headers => _headers ??= new PublishHeaders(Options?.Headers);

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

    private protected void Begin(EventRoute route, RouteTarget target, PublishOptions? options, in OutgoingEvent outgoing)
    {
        BeginEncoding(route, target, options, outgoing);
        Outgoing = outgoing;
    }

    /// <summary>Takes only what a serializer can see; the event itself stays where it is.</summary>
    private protected void BeginEncoding(EventRoute route, RouteTarget target, PublishOptions? options, in OutgoingEvent outgoing)
    {
        // Reused for the events of one type, which mostly go the same way.
        if (!ReferenceEquals(Target, target))
            (Route, Target) = (route, target);
        Options = options;
        Outgoing.Id = outgoing.Id;
        Outgoing.Key = outgoing.Key;
        _headers = null;
        _id = null;
    }
}
