namespace EventFabric;

/// <summary>
/// Runs around the publishing of each event, before it is serialized: adds headers, measures, refuses. A singleton, called by many threads at once.
/// Added by <c>AddPublishMiddleware</c>; the first one added is the outermost.
/// </summary>
public interface IPublishMiddleware
{
    /// <summary>
    /// Calls <paramref name="next"/>, or does not: then nothing is sent and the returned result is the caller's.
    /// An exception reaches the caller unchanged; in a batch that entry is rejected with the exception inside, and the others go on.
    /// </summary>
    /// <param name="context">The event on its way out. Valid until the returned task ends.</param>
    /// <param name="next">The rest of the way: further middleware, then the broker.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>What the broker said.</returns>
    ValueTask<PublishResult> PublishAsync(
        PublishContext context,
        Func<PublishContext, CancellationToken, ValueTask<PublishResult>> next,
        CancellationToken cancellationToken);
}
