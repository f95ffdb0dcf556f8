namespace EventFabric.Configuration.Plans;

/// <summary>The whole configuration, read, checked and resolved. Immutable, but for the brokers' state.</summary>
internal sealed record FabricPlan(
    string Source,
    TimeSpan? StartupTimeout,
    TimeSpan DrainTimeout,
    TimeSpan PublishTimeout,
    int MaxPendingPublishes,
    int MaxEventBytes,
    IReadOnlyDictionary<string, BrokerRuntime> Brokers,
    IReadOnlyDictionary<string, ChannelSettings> Channels,
    IReadOnlyList<SubscriptionPlan> Subscriptions);
