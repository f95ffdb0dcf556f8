namespace EventFabric.Subscribing;

/// <summary>A handler that takes batches.</summary>
internal sealed class BatchEntry<T>(
    int index,
    Func<IServiceProvider, IEventBatchHandler<T>> handler,
    IReadOnlyList<Func<IServiceProvider, IHandlerMiddleware>> middleware) : HandlerEntry(index)
    where T : notnull
{
    public override EventSlot CreateSlot(Delivery delivery) => new DeliverySlot<T>(delivery);

    public ValueTask<BatchSettlement> HandleAsync(IServiceProvider services, IReadOnlyList<EventContext<T>> batch, CancellationToken cancellationToken)
    {
        var called = handler(services);
        if (middleware.Count == 0)
            return called.HandleAsync(batch, cancellationToken);
        EventContext[] events = [.. batch.Select(static context => (EventContext)context)];
        return MiddlewareChain.RunAsync(middleware, services, events, token => called.HandleAsync(batch, token), cancellationToken);
    }
}
