namespace EventFabric.Subscribing;

/// <summary>A delegate for one event at a time.</summary>
internal sealed class DelegateHandlerRegistration<TEvent>(string subscription, Func<EventContext<TEvent>, CancellationToken, ValueTask<Settlement>> handler)
    : HandlerRegistration(subscription)
    where TEvent : notnull
{
    public Func<EventContext<TEvent>, CancellationToken, ValueTask<Settlement>> Handler { get; } = handler;

    public override Type EventType => typeof(TEvent);

    public override Type? HandlerType => null;

    public override bool IsBatch => false;

    public override IEnumerable<WireBinding> Bind(HandlerBinding binding) =>
        Bind(binding, new DirectHandlerEntry<TEvent>(binding.Index, Handler));
}
