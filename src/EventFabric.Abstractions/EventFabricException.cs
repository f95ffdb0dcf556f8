namespace EventFabric;

/// <summary>
/// A failure between the application and a broker. Wrong configuration is an OptionsValidationException at start-up, wrong arguments are
/// <see cref="ArgumentException"/>, an unsupported verb is <see cref="NotSupportedException"/>: none of those is of this type.
/// </summary>
public class EventFabricException : Exception
{
    /// <summary>Makes an exception of one kind.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">For people: what failed and what to do. Holds no secret and no event data.</param>
    /// <param name="innerException">The cause, often the broker client's own exception.</param>
    public EventFabricException(EventFabricErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
    }

    /// <summary>What went wrong.</summary>
    public EventFabricErrorKind Kind { get; }

    /// <summary>
    /// True when the same call may succeed later: <see cref="EventFabricErrorKind.Unavailable"/>, <see cref="EventFabricErrorKind.Timeout"/> and
    /// <see cref="EventFabricErrorKind.Throttled"/>.
    /// </summary>
    public bool IsTransient => Kind is EventFabricErrorKind.Unavailable or EventFabricErrorKind.Timeout or EventFabricErrorKind.Throttled;
}
