namespace EventFabric.Subscribing;

/// <summary>A handler with the application's middleware around it, from the delivery's scope; the first that was added is the outermost.</summary>
internal sealed class MiddlewareHandlerEntry<T>(HandlerEntry<T> inner, IReadOnlyList<Func<IServiceProvider, IHandlerMiddleware>> middleware) : HandlerEntry<T>(inner.Index)
    where T : notnull
{
    public override async ValueTask<Settlement> HandleAsync(Delivery delivery, EventContext<T> context, CancellationToken cancellationToken)
    {
        var settlement = await MiddlewareChain.RunAsync(
            middleware,
            delivery.Services,
            [context],
            async token => await inner.HandleAsync(delivery, context, token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        await delivery.DisposeScopeAsync().ConfigureAwait(false);
        // An index outside the call is a bug of the middleware: a retry, like every unspecified settlement.
        return settlement is null || settlement.HighestIndex > 0 ? default : settlement[0];
    }
}
