namespace EventFabric.Publishing;

/// <summary>The publish middleware, each linked to the next one once for all events; the last link hands the event to its channel.</summary>
internal sealed class PublishChain
{
    private readonly Func<PublishContext, CancellationToken, ValueTask<PublishResult>> _first;

    /// <param name="middleware">The first is the outermost.</param>
    /// <param name="send">What comes after the innermost.</param>
    internal PublishChain(IReadOnlyList<IPublishMiddleware> middleware, Func<PublishCall, CancellationToken, ValueTask<PublishResult>> send)
    {
        var next = new Func<PublishContext, CancellationToken, ValueTask<PublishResult>>((context, cancellationToken) => send(Own(context), cancellationToken));
        for (var i = middleware.Count - 1; i >= 0; i--)
        {
            var (link, following) = (middleware[i], next);
            next = (context, cancellationToken) => link.PublishAsync(context, following, cancellationToken);
        }

        _first = next;
    }

    internal ValueTask<PublishResult> RunAsync(PublishCall call, CancellationToken cancellationToken) => _first(call, cancellationToken);

    private static PublishCall Own(PublishContext context) => context as PublishCall
        ?? throw new ArgumentException("Publish middleware passes on the context that it was given; this is another one.", nameof(context));
}
