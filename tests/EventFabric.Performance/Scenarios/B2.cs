using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Peers;

namespace EventFabric.Performance.Scenarios;

/// <summary>The whole way with JSON.</summary>
internal static class B2
{
    private static readonly Settings Wide = new(MaxInFlight: 512);

    public static Scenario Scenario { get; } = new(
        "B2",
        "B1 with 197 bytes of source-generated JSON both ways; the peer is one thread, publisher and handler are two; latency: publish to handler",
        "at least 0.85 of System.Text.Json alone, at most 32 B more",
        [
            new Comparison($"PublishAsync, {Lead.Text}, {Wide}", "System.Text.Json alone", static () => new OrderPipeline(Wide), static () => new JsonPeer()),
        ]);
}
