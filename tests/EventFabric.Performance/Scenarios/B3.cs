using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Peers;

namespace EventFabric.Performance.Scenarios;

/// <summary>What the engine costs between driver and handler.</summary>
internal static class B3
{
    private static readonly Settings NoKey = new(MaxInFlight: 1024);
    private static readonly Settings Keyed = NoKey with { Keys = 1000 };

    public static Scenario Scenario { get; } = new(
        "B3",
        "driver's batch of 256 to a handler that does nothing to the tracker; latency: share of an event in 4,096",
        "at most 60 ns and 0 B (singleton or delegate); at most 300 ns and 400 B (scope per event)",
        [
            Row("singleton", NoKey, static settings => new SingletonDispatch(settings)),
            Row("singleton", Keyed, static settings => new SingletonDispatch(settings)),
            Row("delegate", NoKey, static settings => new DelegateDispatch(settings)),
            Row("scope per event", NoKey, static settings => new ScopedDispatch(settings)),
        ]);

    private static Comparison Row(string handler, Settings settings, Func<Settings, IContender> make) =>
        new($"{handler}, {settings}", "direct delegate loop", () => make(settings), static () => new DelegateLoopPeer());
}
