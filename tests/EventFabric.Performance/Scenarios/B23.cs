using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Kafka;

namespace EventFabric.Performance.Scenarios;

/// <summary>More to publish than the broker takes.</summary>
internal static class B23
{
    private const int Size = 100;
    private const int Publishers = 15;
    private const int WindowSize = 2000;

    private static readonly Settings Settings = B8.Settings;

    public static Scenario Scenario { get; } = new(
        "B23",
        $"{Publishers} publishers with {WindowSize:N0} publishes under way each, three times what may be pending; latency: call to result, the wait for a place included",
        "as many events from each publisher, nobody is refused, at least 0.95 of B8's throughput",
        [
            Row("Produce, tried again while the queue of 10,000 is full, linger 5", static () => new ProducePeer(Size, 5, B8.Window, queue: B8.Window)),
            Row("B8: one publisher, window 10,000", static () => new KafkaPublishOne(Settings, Size, B8.Window)),
        ])
    {
        FindObstacleAsync = KafkaRig.FindObstacleAsync,
    };

    private static Comparison Row(string peer, Func<IContender> make) =>
        new($"PublishAsync, {Size} B, {Settings}", peer, static () => new KafkaOverload(Settings, Size, Publishers, WindowSize), make);
}
