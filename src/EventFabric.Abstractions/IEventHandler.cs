namespace EventFabric;

/// <summary>Handles events of one type, one at a time for each key.</summary>
/// <typeparam name="T">The event's type.</typeparam>
public interface IEventHandler<T>
    where T : notnull
{
    /// <summary>
    /// Handles one event and says what becomes of it. To throw is to ask for a retry by the subscription's policy. Called from many threads at once,
    /// for events of different keys.
    /// </summary>
    /// <param name="context">The event. It is valid until this call ends: a copy that is used later throws.</param>
    /// <param name="cancellationToken">
    /// Cancelled when <c>HandlerTimeout</c> is over (a failed attempt), when the event belongs to another process now, and when the time to drain is
    /// over (both: given back, not counted). Once it is cancelled, the result is not applied.
    /// </param>
    /// <returns>The verdict. <c>default</c> is taken as a mistake of the handler, and the event is retried.</returns>
    ValueTask<Settlement> HandleAsync(EventContext<T> context, CancellationToken cancellationToken);
}
