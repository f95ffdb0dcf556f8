namespace EventFabric.Kafka.Tests.Faults;

/// <summary>A broker of a fault test's own.</summary>
internal static class OwnBroker
{
    /// <summary>A node that was killed may come again as soon as its session is over: not after 9 seconds.</summary>
    internal static IReadOnlyList<string> Settings { get; } = ["broker.session.timeout.ms=2000", "broker.heartbeat.interval.ms=500"];
}
