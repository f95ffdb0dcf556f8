using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;

namespace EventFabric.Performance.Scenarios;

/// <summary>What the engine's features cost on the success path.</summary>
internal static class B4
{
    private const string Retry = $"Subscriptions:{FabricHost.Subscription}:Retry:MaxAttempts";

    private static readonly Settings NoKey = new(MaxInFlight: 1024);

    public static Scenario Scenario { get; } = new(
        "B4",
        "retry, dead-letter rules, metrics with a listener, handler timeout: all on, no event fails; the peer is the engine with one attempt and nothing else",
        "at most 80 ns more than B3, 0 B",
        [
            Row("all features", NoKey),
            Row("all features", NoKey with { Keys = 1000 }),
        ]);

    private static Comparison Row(string variant, Settings settings) => new(
        $"{variant}, {settings}",
        "B3: singleton, Retry:MaxAttempts 1",
        () => new FeaturedDispatch(settings),
        () => new SingletonDispatch(settings with { More = new Dictionary<string, string?> { [Retry] = "1" } }));
}
