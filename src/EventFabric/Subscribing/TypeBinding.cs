namespace EventFabric.Subscribing;

/// <summary>An event type as it stands on the wire, and the handler that takes it here.</summary>
internal abstract class TypeBinding(HandlerEntry entry)
{
    public HandlerEntry Entry { get; } = entry;

    /// <summary>Whether several events may go into one call.</summary>
    public virtual bool TakesBatches => false;

    /// <summary>Deserializes and handles one event; not where <see cref="TakesBatches"/>.</summary>
    public abstract ValueTask<Settlement> InvokeAsync(Delivery delivery, CancellationToken cancellationToken);

    /// <summary>Deserializes events and hands them to the handler in one call; a place whose event is not delivered says so in its outcome.</summary>
    public virtual async ValueTask InvokeBatchAsync(BatchCall call, CancellationToken cancellationToken)
    {
        // A handler of single events beside batch handlers: a batch of one.
        call.Settle(0, await InvokeAsync(call.Deliveries[0], cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Makes contexts of the event invalid, and lets go of its data.</summary>
    public abstract void End(Delivery delivery);
}
