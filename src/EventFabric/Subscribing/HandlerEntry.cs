namespace EventFabric.Subscribing;

/// <summary>One handler of a subscription, whatever its event type.</summary>
internal abstract class HandlerEntry(int index)
{
    /// <summary>Its number in the subscription.</summary>
    public int Index { get; } = index;

    public abstract EventSlot CreateSlot(Delivery delivery);
}

/// <inheritdoc/>
/// <typeparam name="T">The event that it takes.</typeparam>
internal abstract class HandlerEntry<T>(int index) : HandlerEntry(index)
    where T : notnull
{
    public override EventSlot CreateSlot(Delivery delivery) => new DeliverySlot<T>(delivery);

    /// <summary>Calls the handler for the event in the slot; what it throws comes out as it is.</summary>
    public abstract ValueTask<Settlement> HandleAsync(Delivery delivery, EventContext<T> context, CancellationToken cancellationToken);
}
