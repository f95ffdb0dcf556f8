namespace EventFabric.Servers;

/// <summary>Where a Kafka is looked for, in this order; a null or an empty list is a place that has none.</summary>
/// <param name="Endpoint">A broker that runs already: host:port.</param>
/// <param name="Run">The script of a local installation.</param>
/// <param name="Start"><c>kafka-server-start.sh</c>.</param>
/// <param name="Storage"><c>kafka-storage.sh</c>, which formats what <paramref name="Start"/> needs.</param>
/// <param name="Engines">Where an engine for containers would listen.</param>
public sealed record KafkaPlaces(string? Endpoint, string? Run, string? Start, string? Storage, IReadOnlyList<string> Engines)
{
    public static KafkaPlaces OfThisMachine() => new(
        Environment.GetEnvironmentVariable(KafkaServer.EndpointVariable) is { Length: > 0 } endpoint ? endpoint : null,
        Installations.InFolder("kafka", "run"),
        Installations.InPath("kafka-server-start.sh"),
        Installations.InPath("kafka-storage.sh"),
        DockerEngine.Endpoints());
}
