namespace EventFabric;

/// <summary>
/// Runs around each handler call, which is one event or a batch: tenant, transaction, exception to settlement.
/// Resolved from the delivery's scope, so it shares scoped services with the handler. The first one added is the outermost.
/// </summary>
public interface IHandlerMiddleware
{
    /// <summary>Calls <paramref name="next"/>, or does not: then the returned settlement stands and no handler sees the events.</summary>
    /// <param name="events">The event, or the whole batch, which may mix keys.</param>
    /// <param name="next">The rest of the way: further middleware, then the handler.</param>
    /// <param name="cancellationToken">The handler call's token: handler timeout, ownership lost or drain deadline.</param>
    /// <returns>The settlement of each event.</returns>
    ValueTask<BatchSettlement> HandleAsync(
        IReadOnlyList<EventContext> events,
        Func<CancellationToken, ValueTask<BatchSettlement>> next,
        CancellationToken cancellationToken);
}
