using EventFabric.Performance.Harness;
using EventFabric.Performance.Kafka;

namespace EventFabric.Performance.Scenarios;

/// <summary>Latency of a single publish to Kafka.</summary>
internal static class B11
{
    private const int Size = 100;

    public static Scenario Scenario { get; } = new(
        "B11",
        "one event after the other to Kafka, each awaited, with the settings of B8; latency: publish to result",
        "p50 at most 1.15 times that of ProduceAsync with linger.ms=0",
        [
            Against(0),
            Against(5),
        ])
    {
        FindObstacleAsync = KafkaRig.FindObstacleAsync,
    };

    private static Comparison Against(double lingerMs) => new(
        $"PublishAsync, awaited, {Size} B, {B8.Settings}",
        $"ProduceAsync, awaited, linger {lingerMs}",
        static () => new KafkaPublishOne(B8.Settings, Size, 1),
        () => new ProduceAsyncPeer(Size, lingerMs, 1));
}
