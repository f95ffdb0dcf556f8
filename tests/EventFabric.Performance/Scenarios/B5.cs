using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Peers;

namespace EventFabric.Performance.Scenarios;

/// <summary>The retry path.</summary>
internal static class B5
{
    private const string BaseDelay = $"Subscriptions:{FabricHost.Subscription}:Retry:BaseDelay";

    private static readonly Settings NoKey = new(MaxInFlight: 1024);
    private static readonly Settings Hasty = NoKey with { More = new Dictionary<string, string?> { [BaseDelay] = "1ms" } };

    public static Scenario Scenario { get; } = new(
        "B5",
        "one event in a hundred fails once; and what Polly around every event would cost the others; latency: share of an event in 4,096",
        "at least 10 times less overhead on successes than Polly around every event; failures at most 3 us + Polly",
        [
            new Comparison($"1 % fail once, {Hasty}", "delegate loop with Polly around every event, no delay", static () => new FailingDispatch(Hasty, 100), static () => new PollyPeer(100)),
            new Comparison($"no failure, {NoKey}", "the engine with Polly around every event", static () => new DelegateDispatch(NoKey), static () => new PollyDispatch(NoKey)),
            new Comparison($"1 % fail once, {Hasty}", "the engine without a failure", static () => new FailingDispatch(Hasty, 100), static () => new DelegateDispatch(NoKey)),
        ]);
}
