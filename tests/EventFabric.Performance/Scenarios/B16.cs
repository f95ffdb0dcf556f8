using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Nats;

namespace EventFabric.Performance.Scenarios;

/// <summary>Consuming from NATS JetStream.</summary>
internal static class B16
{
    private static readonly NatsSupply Supply = new(Records: 100_000, Partitions: 4, Keys: 1000);
    private static readonly Settings Shared = new(Keys: 1000) { More = new Dictionary<string, string?> { [$"Subscriptions:{FabricHost.Subscription}:Ordering"] = "None" } };

    public static Scenario Scenario { get; } = new(
        "B16",
        "100,000 records of 100 bytes with 7 headers from a stream of 4 partitions to a singleton handler, settled: from the first in the handler to closed",
        "at least 0.95 of ConsumeAsync + AckAsync; with order (cumulative) at least 1.3 of it",
        [
            Against("no order, each acknowledged", Shared),
            Against("no order, each acknowledged", Shared with { MaxInFlight = 1024 }),
            Against("order, cumulative", new Settings(Keys: 1000)),
            Against("order, cumulative", new Settings(MaxInFlight: 1024, Keys: 1000)),
        ])
    {
        FindObstacleAsync = NatsRig.FindObstacleAsync,
    };

    private static Comparison Against(string variant, Settings settings) =>
        new($"{variant}, {settings}", $"ConsumeAsync ({Window(settings):N0}) + AckAsync", () => new NatsConsume(settings, Supply), () => new RawConsumePeer(Supply, Window(settings)));

    /// <summary>Both sides have as much ahead.</summary>
    private static int Window(Settings settings) => settings.MaxInFlight ?? 256;
}
