namespace EventFabric;

/// <summary>
/// Publishes events. One singleton for the whole application: thread-safe, connects on first use, and needs no started host. It is never part of a
/// database transaction.
/// </summary>
public interface IEventPublisher
{
    /// <summary>
    /// Publishes one event, and completes when the broker has it. The runtime type of <paramref name="data"/>, then <typeparamref name="T"/>, selects
    /// the CloudEvents type, the channel and the key.
    /// </summary>
    /// <typeparam name="T">The event's type, or a base type or interface of it.</typeparam>
    /// <param name="data">The event's data.</param>
    /// <param name="options">What differs from the type's registration; null for nothing.</param>
    /// <param name="cancellationToken">Ends the wait. After it, or after the timeout, the event may still be stored: publish again with the same id.</param>
    /// <returns>The id, and the position where the broker says it.</returns>
    /// <exception cref="PublishException">The broker does not have the event, or that is not known.</exception>
    /// <exception cref="InvalidOperationException">The type was not added, or has no channel and the options name none.</exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    /// <exception cref="NotSupportedException">An option needs what the channel's broker cannot do.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the outcome is unknown.</exception>
    ValueTask<PublishResult> PublishAsync<T>(T data, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull;

    /// <summary>
    /// Publishes many events, and completes when the broker has all of them. Arguments and types are checked for the whole batch first: a wrong one
    /// throws, and nothing is sent. A batch may mix types when <typeparamref name="T"/> is a base type of them. A batch that is longer than what may be under way
    /// goes on as places become free, however long that takes; once an event of it has timed out, what its channel has not taken by then is not sent.
    /// </summary>
    /// <typeparam name="T">The events' type, or a base type or interface of them.</typeparam>
    /// <param name="events">The events' data; enumerated once.</param>
    /// <param name="options">Gives the options of one event; null for none.</param>
    /// <param name="cancellationToken">Ends the wait. Events handed over by then may still be stored.</param>
    /// <returns>One result for each event, in input order; all are stored.</returns>
    /// <exception cref="PublishException">At least one event failed; <see cref="PublishException.Results"/> has the result of every event.</exception>
    /// <exception cref="InvalidOperationException">A type was not added, or has no channel and its options name none.</exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    /// <exception cref="NotSupportedException">An option needs what the channel's broker cannot do.</exception>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled. Its inner exception is a <see cref="PublishException"/> with the results so far.
    /// </exception>
    Task<IReadOnlyList<PublishResult>> PublishBatchAsync<T>(
        IEnumerable<T> events, Func<T, PublishOptions?>? options = null, CancellationToken cancellationToken = default)
        where T : notnull;
}
