namespace EventFabric.Serialization;

/// <summary>
/// A received body that cannot become the event that its type names. Trying again cannot help: the event is a dead letter at once.
/// </summary>
internal sealed class PayloadException : Exception
{
    internal const string UndecodableBody = "undecodable-body";
    internal const string UnknownContentType = "unknown-content-type";
    internal const string UnknownCoding = "unknown-coding";

    internal PayloadException(string reason, string description, Exception? innerException = null)
        : base(description, innerException)
    {
        Reason = reason;
    }

    /// <summary>Short and stable: one of the constants.</summary>
    internal string Reason { get; }

    /// <summary>For people: what was wrong, and never a byte of the payload.</summary>
    internal string Description => Message;
}
