using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Kafka;

namespace EventFabric.Performance.Scenarios;

/// <summary>Partitions are taken from a busy member.</summary>
internal static class B24
{
    private const string MaxConcurrency = $"Subscriptions:{FabricHost.Subscription}:MaxConcurrency";
    private const int InFlight = 10_000;
    private const int Concurrency = 100;

    private static readonly KafkaSupply Supply = new(Records: 100_000, Partitions: 8, Keys: 1000);
    private static readonly Settings Settings = new(MaxInFlight: InFlight, Keys: 1000) { More = new Dictionary<string, string?> { [MaxConcurrency] = $"{Concurrency}" } };

    public static Scenario Scenario { get; } = new(
        "B24",
        "a second member joins while the first has 10,000 records in flight, handlers of 0 to 5 ms; latency: how long the revoked handler takes",
        "under one second, duplicates at most what was in flight",
        [
            new Comparison($"{Settings}", "cooperative loop with 100 workers that drains and commits", static () => new KafkaRevoke(Settings, Supply), static () => new RevokePeer(Supply, InFlight, Concurrency)),
        ])
    {
        FindObstacleAsync = KafkaRig.FindObstacleAsync,
    };
}
