namespace EventFabric;

/// <summary>When a subscription pauses because everything fails: <c>Subscriptions:{name}:Circuit</c>. The circuit is not in this version.</summary>
public sealed class CircuitOptions
{
    /// <summary>Whether the subscription pauses at all.</summary>
    /// <value>Default: true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>The share of attempts that must throw for the subscription to pause, above 0 and up to 1.</summary>
    /// <value>Default: 0.9.</value>
    public double FailureRatio { get; set; } = 0.9;

    /// <summary>How many attempts must lie in the window before the share counts.</summary>
    /// <value>Default: 20.</value>
    public int MinAttempts { get; set; } = 20;

    /// <summary>How far back attempts are counted.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the subscription pauses.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan Break { get; set; } = TimeSpan.FromSeconds(30);
}
