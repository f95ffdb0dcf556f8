namespace EventFabric;

/// <summary>How failed events are tried again: <c>Subscriptions:{name}:Retry</c>.</summary>
public sealed class RetryOptions
{
    /// <summary>How many times an event is handed to its handler, the first time included.</summary>
    /// <value>Default: 6.</value>
    public int MaxAttempts { get; set; } = 6;

    /// <summary>The upper bound of the wait after the first failure; it doubles with each further one. The wait itself is drawn at random below it.</summary>
    /// <value>Default: 1 second.</value>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What the doubling stops at.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longer waits that follow when the attempts above are used up, on channels of their own.</summary>
    /// <value>Default: none. Delayed tiers are not in this version.</value>
    public IReadOnlyList<TimeSpan> Delayed { get; set; } = Array.Empty<TimeSpan>();
}
