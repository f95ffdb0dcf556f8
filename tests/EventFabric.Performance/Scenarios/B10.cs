using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Kafka;

namespace EventFabric.Performance.Scenarios;

/// <summary>Consuming from Kafka.</summary>
internal static class B10
{
    private static readonly KafkaSupply WithHeaders = new(Records: 200_000, Partitions: 4, Keys: 1000);
    private static readonly KafkaSupply Bare = WithHeaders with { WithHeaders = false };
    private static readonly Settings Plain = new(Keys: 1000);
    private static readonly Settings Wide = Plain with { MaxInFlight = 1024 };

    public static Scenario Scenario { get; } = new(
        "B10",
        "200,000 records of 100 bytes from a Kafka of 4 partitions to a singleton handler, settled and committed: from the first in the handler to closed",
        "at least 0.95 of Consume + StoreOffset; at most payload + 64 B more than the client's own",
        [
            Against("6 headers", WithHeaders, Wide),
            Against("6 headers", WithHeaders, Plain),
            Against("no header, ForeignType", Bare, Wide),
        ])
    {
        FindObstacleAsync = KafkaRig.FindObstacleAsync,
    };

    private static Comparison Against(string variant, KafkaSupply supply, Settings settings) =>
        new($"{variant}, {settings}", "Consume + StoreOffset", () => new KafkaConsume(settings, supply), () => new ConsumePeer(supply));
}
