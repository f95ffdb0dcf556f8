namespace EventFabric.Subscribing;

/// <summary>Calls the application's middleware around a handler call.</summary>
internal static class MiddlewareChain
{
    public static ValueTask<BatchSettlement> RunAsync(
        IReadOnlyList<Func<IServiceProvider, IHandlerMiddleware>> middleware,
        IServiceProvider services,
        IReadOnlyList<EventContext> events,
        Func<CancellationToken, ValueTask<BatchSettlement>> handler,
        CancellationToken cancellationToken)
    {
        var next = handler;
        for (var i = middleware.Count - 1; i >= 0; i--)
        {
            var inner = next;
            var here = middleware[i](services);
            next = token => here.HandleAsync(events, inner, token);
        }

        return next(cancellationToken);
    }
}
