namespace EventFabric.Configuration;

/// <summary>One <c>DeadLetterOn</c>: an exception of this type, or of a derived one, is not retried.</summary>
/// <param name="Exception">The exception's type.</param>
/// <param name="Subscription">The subscription that it holds for; null: all of them.</param>
internal sealed record DeadLetterRule(Type Exception, string? Subscription);
