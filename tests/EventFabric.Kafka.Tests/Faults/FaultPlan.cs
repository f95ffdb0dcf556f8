namespace EventFabric.Kafka.Tests.Faults;

/// <summary>Where the services of a fault test meet: a topic and a group of their own.</summary>
internal sealed class FaultPlan(string bootstrap, string? topic = null)
{
    private readonly Dictionary<string, string?> _settings = [];

    internal string Bootstrap { get; } = bootstrap;

    internal string Topic { get; } = topic ?? $"faults-{Guid.CreateVersion7():N}";

    internal string Group => $"{Topic}-group";

    internal int Partitions { get; init; } = 4;

    /// <summary>Sets a key below EventFabric.</summary>
    internal FaultPlan With(string key, string value)
    {
        _settings[key] = value;
        return this;
    }

    internal Dictionary<string, string?> Settings(bool handles)
    {
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Source"] = "/faults",
            ["Group"] = Group,
            ["Provisioning"] = "Create",
            ["DrainTimeout"] = "5s",
            ["Brokers:default:Type"] = "Kafka",
            ["Brokers:default:Kafka:BootstrapServers"] = Bootstrap,
            ["Brokers:default:Kafka:SessionTimeout"] = "6s",
            ["Channels:main:Address"] = Topic,
            ["Channels:main:Kafka:Partitions"] = $"{Partitions}",
        };
        if (handles)
        {
            all["Subscriptions:work:Channel"] = "main";
            all["Subscriptions:work:Retry:BaseDelay"] = "20ms";
            all["Subscriptions:work:Retry:MaxDelay"] = "200ms";
        }

        foreach (var (key, value) in _settings)
            all[key] = value;
        return all.ToDictionary(static pair => "EventFabric:" + pair.Key, static pair => pair.Value);
    }
}
