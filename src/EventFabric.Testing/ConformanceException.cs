namespace EventFabric.Testing;

/// <summary>A conformance case failed. The message says what was expected, what was seen, and where: address, ids, seed, and what the engine logged.</summary>
public sealed class ConformanceException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected and what was seen.</param>
    /// <param name="innerException">What was thrown, if something was.</param>
    public ConformanceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
