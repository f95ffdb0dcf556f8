using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Kafka;

namespace EventFabric.Performance.Scenarios;

/// <summary>Handlers that wait, in parallel by key.</summary>
internal static class B12
{
    private const string MaxConcurrency = $"Subscriptions:{FabricHost.Subscription}:MaxConcurrency";
    private const int Concurrency = 100;
    private const int Records = 10_000;

    public static Scenario Scenario { get; } = new(
        "B12",
        "10,000 records of a Kafka of 8 partitions, handlers that wait 0 to 5 ms, order by key; from the first handler's begin to the last one's end",
        "at most 1.10 times the arithmetic bound (ratio at least 0.91); at most 0.5 s with 1,000 keys",
        [Keys(1000), Keys(100), Keys(20), Keys(5), Keys(1)])
    {
        FindObstacleAsync = KafkaRig.FindObstacleAsync,
    };

    private static BoundRun Keys(int keys)
    {
        var settings = new Settings(MaxInFlight: Records, Keys: keys) { More = new Dictionary<string, string?> { [MaxConcurrency] = $"{Concurrency}" } };
        return new BoundRun($"{settings}", settings, new KafkaSupply(Records, Partitions: 8, keys), Concurrency);
    }
}
