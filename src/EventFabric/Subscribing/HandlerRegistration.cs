namespace EventFabric.Subscribing;

/// <summary>One <c>AddHandler</c> or <c>AddBatchHandler</c>.</summary>
/// <param name="subscription">The subscription, as it was written in code.</param>
internal abstract class HandlerRegistration(string subscription)
{
    public string Subscription { get; } = subscription;

    public abstract Type EventType { get; }

    /// <summary>The class that the container constructs; null for a delegate.</summary>
    public abstract Type? HandlerType { get; }

    public abstract bool IsBatch { get; }

    /// <summary>The handler, under each name that its events have on the wire.</summary>
    public abstract IEnumerable<WireBinding> Bind(HandlerBinding binding);

    /// <summary>The same for a handler of single events, with middleware where there is any.</summary>
    protected static IEnumerable<WireBinding> Bind<T>(HandlerBinding binding, HandlerEntry<T> entry)
        where T : notnull
    {
        if (binding.Middleware.Count > 0)
            entry = new MiddlewareHandlerEntry<T>(entry, binding.Middleware);
        foreach (var (wireType, isUpcast, decoder) in binding.Decoders.For<T>())
            yield return new WireBinding(wireType, isUpcast, new TypeBinding<T>(entry, decoder));
    }
}
