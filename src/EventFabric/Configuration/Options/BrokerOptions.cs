namespace EventFabric;

/// <summary>
/// The settings of one broker, <c>Brokers:{name}</c>, beside the section of its adapter. Named options: the name is the broker's.
/// </summary>
public sealed class BrokerOptions
{
    /// <summary>The adapter: <c>InMemory</c>, <c>Kafka</c>... It is also the name of the adapter's own section.</summary>
    /// <value>No default: required, so that missing configuration never becomes an in-memory broker in production.</value>
    public string? Type { get; set; }

    /// <summary>What is done at start about the topics and queues of this broker.</summary>
    /// <value>Default: the root <c>Provisioning</c>; for the in-memory and the embedded broker <see cref="EventFabric.Provisioning.Create"/>.</value>
    public Provisioning? Provisioning { get; set; }
}
