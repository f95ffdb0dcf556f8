namespace EventFabric;

/// <summary>Handles events of one type in batches.</summary>
/// <typeparam name="T">The events' type.</typeparam>
public interface IEventBatchHandler<T>
    where T : notnull
{
    /// <summary>
    /// Handles a batch and says what becomes of each event. To throw is one attempt for each event; then they are retried as batches of one, so that
    /// a poison event is found alone. No key is in two batches at once. One batch may hold several events of a key, in order: the verdict on a later
    /// one stands, and only events not delivered yet wait for one that is retried. <c>MaxConcurrency</c> counts batches.
    /// </summary>
    /// <param name="batch">The events, at least one. They are valid until this call ends: a copy that is used later throws.</param>
    /// <param name="cancellationToken">As for <see cref="IEventHandler{T}.HandleAsync"/>.</param>
    /// <returns>The verdict on each event. Null, and an index outside the batch, retries the whole batch.</returns>
    ValueTask<BatchSettlement> HandleAsync(IReadOnlyList<EventContext<T>> batch, CancellationToken cancellationToken);
}
