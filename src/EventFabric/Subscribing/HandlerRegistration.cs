namespace EventFabric.Subscribing;

/// <summary>One <c>AddHandler</c> or <c>AddBatchHandler</c>.</summary>
/// <param name="subscription">The subscription, as it was written in code.</param>
internal abstract class HandlerRegistration(string subscription)
{
    public string Subscription { get; } = subscription;

    public abstract Type EventType { get; }

    /// <summary>The class that the container constructs; null for a delegate.</summary>
    public abstract Type? HandlerType { get; }

    public abstract bool IsBatch { get; }
}
