namespace EventFabric;

/// <summary>How events are gathered for a batch handler: <c>Subscriptions:{name}:Batch</c>. An error on a subscription without a batch handler.</summary>
public sealed class BatchOptions
{
    /// <summary>The largest batch, in events.</summary>
    /// <value>Default: 100.</value>
    public int MaxSize { get; set; } = 100;

    /// <summary>The age of its oldest event at which a batch is handed over even when it is not full.</summary>
    /// <value>Default: 1 second.</value>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(1);
}
