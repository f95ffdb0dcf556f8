namespace EventFabric.Subscribing;

/// <summary>A delegate, or a handler that the application registered as singleton: called as it is, without a scope.</summary>
internal sealed class DirectHandlerEntry<T>(int index, Func<EventContext<T>, CancellationToken, ValueTask<Settlement>> handler) : HandlerEntry<T>(index)
    where T : notnull
{
    public override ValueTask<Settlement> HandleAsync(Delivery delivery, EventContext<T> context, CancellationToken cancellationToken) =>
        handler(context, cancellationToken);
}
