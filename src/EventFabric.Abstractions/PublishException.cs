namespace EventFabric;

/// <summary>
/// At least one event of a publish call is not known to be stored. <see cref="Results"/> says for every event of the call what became of it.
/// </summary>
public sealed class PublishException : EventFabricException
{
    /// <summary>Makes the exception of one publish call.</summary>
    /// <param name="kind">The kind of the first failure.</param>
    /// <param name="message">For people: what failed and what to do. Holds no secret and no event data.</param>
    /// <param name="results">One result for each event of the call, in input order.</param>
    /// <param name="innerException">The cause, often the broker client's own exception.</param>
    /// <exception cref="ArgumentNullException"><paramref name="results"/> is null.</exception>
    public PublishException(EventFabricErrorKind kind, string message, IReadOnlyList<PublishResult> results, Exception? innerException = null)
        : base(kind, message, innerException)
    {
        ArgumentNullException.ThrowIfNull(results);
        Results = results;
    }

    /// <summary>
    /// One result for each event of the call, in input order. An event whose <see cref="PublishResult.Error"/> is null is stored; publish the
    /// others again with the same id.
    /// </summary>
    public IReadOnlyList<PublishResult> Results { get; }
}
