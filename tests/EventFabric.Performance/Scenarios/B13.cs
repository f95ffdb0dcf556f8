using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Kafka;

namespace EventFabric.Performance.Scenarios;

/// <summary>What order by key and settlement of each record cost beside a consumer that has neither.</summary>
internal static class B13
{
    private const string Concurrency = $"Subscriptions:{FabricHost.Subscription}:MaxConcurrency";

    private static readonly KafkaSupply Supply = new(Records: 200_000, Partitions: 8, Keys: 1000);
    private static readonly Settings Settings = new(MaxInFlight: 1024, Keys: 1000) { More = new Dictionary<string, string?> { [Concurrency] = "100" } };

    public static Scenario Scenario { get; } = new(
        "B13",
        "25,000 records in each of 8 partitions, a handler that does nothing, order by key; from the first in the handler to closed",
        "at least 0.90 of Consume and a task for each record, at most 100 at once, without order",
        [
            new Comparison($"{Settings}", "Consume + Task.Run", static () => new KafkaConsume(Settings, Supply), static () => new ConsumePeer(Supply, tasks: 100)),
        ])
    {
        FindObstacleAsync = KafkaRig.FindObstacleAsync,
    };
}
