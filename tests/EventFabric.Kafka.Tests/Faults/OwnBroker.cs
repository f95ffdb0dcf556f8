namespace EventFabric.Kafka.Tests.Faults;

/// <summary>A broker of a fault test's own.</summary>
internal static class OwnBroker
{
    /// <summary>Says nothing that is not the default, and so that the broker of the whole run is not taken.</summary>
    internal static IReadOnlyList<string> Settings { get; } = ["log.retention.hours=168"];
}
