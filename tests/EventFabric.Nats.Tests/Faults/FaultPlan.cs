namespace EventFabric.Nats.Tests.Faults;

/// <summary>Where the services of a fault story meet: a stream, an ordered group and one without order.</summary>
internal sealed class FaultPlan(string url)
{
    internal const int Partitions = 4;
    internal const string Ordered = "ordered";
    internal const string Shared = "shared";

    private readonly Dictionary<string, string?> _settings = [];

    internal string Url { get; } = url;

    internal string Address { get; } = $"faults-{Guid.CreateVersion7():N}";

    /// <summary>Sets a key below EventFabric.</summary>
    internal FaultPlan With(string key, string value)
    {
        _settings[key] = value;
        return this;
    }

    /// <param name="url">The servers; null: the plan's.</param>
    /// <param name="subscriptions">What is read.</param>
    internal Dictionary<string, string?> Settings(string? url, IReadOnlyList<string> subscriptions)
    {
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Source"] = "/faults",
            ["Provisioning"] = "Create",
            ["DrainTimeout"] = "5s",
            ["Brokers:main:Type"] = "Nats",
            ["Brokers:main:Nats:Url"] = url ?? Url,
            ["Brokers:main:Nats:SessionTimeout"] = "2s",
            ["Brokers:main:Nats:Lease"] = "5s",
            ["Channels:main:Broker"] = "main",
            ["Channels:main:Address"] = Address,
            ["Channels:main:Nats:Partitions"] = $"{Partitions}",
            ["SubscriptionDefaults:Retry:BaseDelay"] = "20ms",
            ["SubscriptionDefaults:Retry:MaxDelay"] = "200ms",
        };
        foreach (var subscription in subscriptions)
        {
            all[$"Subscriptions:{subscription}:Channel"] = "main";
            all[$"Subscriptions:{subscription}:Group"] = subscription;
            all[$"Subscriptions:{subscription}:Ordering"] = subscription == Ordered ? "PerKey" : "None";
        }

        foreach (var (key, value) in _settings)
            all[key] = value;
        return all.ToDictionary(static pair => "EventFabric:" + pair.Key, static pair => pair.Value);
    }
}
