namespace EventFabric;

/// <summary>Shorter forms of the verbs of <see cref="IEventPublisher"/>.</summary>
public static class EventPublisherExtensions
{
    /// <summary>Publishes one event without options. Otherwise as <see cref="IEventPublisher.PublishAsync{T}"/>.</summary>
    /// <typeparam name="T">The event's type, or a base type or interface of it.</typeparam>
    /// <param name="publisher">The publisher.</param>
    /// <param name="data">The event's data.</param>
    /// <param name="cancellationToken">Ends the wait; the event may still be stored.</param>
    /// <returns>The id, and the position where the broker says it.</returns>
    /// <exception cref="PublishException">The broker does not have the event, or that is not known.</exception>
    public static ValueTask<PublishResult> PublishAsync<T>(this IEventPublisher publisher, T data, CancellationToken cancellationToken)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(publisher);
        return publisher.PublishAsync(data, null, cancellationToken);
    }
}
