namespace EventFabric.Subscribing;

/// <summary>A handler class for batches.</summary>
internal sealed class BatchHandlerRegistration<TEvent, THandler>(string subscription) : HandlerRegistration(subscription)
    where TEvent : notnull
    where THandler : class, IEventBatchHandler<TEvent>
{
    public override Type EventType => typeof(TEvent);

    public override Type? HandlerType => typeof(THandler);

    public override bool IsBatch => true;
}
