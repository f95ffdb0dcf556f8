using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Kafka;

namespace EventFabric.Performance.Scenarios;

/// <summary>Publishing to Kafka.</summary>
internal static class B8
{
    /// <summary>How many events are under way, with us and with the peers.</summary>
    public const int Window = 10_000;

    private const int BatchSize = 500;

    /// <summary>The settings that reach the throughput: B11 is measured with the same.</summary>
    public static Settings Settings { get; } = new(Keys: KafkaPublish.Keys, MaxPendingPublishes: Window);

    public static Scenario Scenario { get; } = new(
        "B8",
        $"publish to a Kafka of {KafkaPublish.Partitions} partitions, acks=all, idempotent, CloudEvents in headers with every side; latency: publish to result",
        "at least 0.97 of Produce with a handler, 1.4 times ProduceAsync; at most 600 B an event",
        [
            Batches(100),
            One(100),
            Batches(1024),
            One(1024),
            new Comparison(OneText(100), Handler, static () => new KafkaPublishOne(Settings, 100, Window), static () => new ProducePeer(100, PeerLinger, Window)),
        ])
    {
        FindObstacleAsync = KafkaRig.FindObstacleAsync,
    };

    /// <summary>What the client has by itself: less costs it throughput.</summary>
    private const double PeerLinger = 5;

    private const string Handler = "Produce + delivery handler, 10,000 under way, linger 5";

    private static Comparison Batches(int size) => new(
        $"PublishBatchAsync of {BatchSize}, {Window / BatchSize} under way, {size} B, {Settings}",
        Handler,
        () => new KafkaPublishBatches(Settings, size, BatchSize, Window / BatchSize),
        () => new ProducePeer(size, PeerLinger, Window));

    private static Comparison One(int size) => new(
        OneText(size),
        "ProduceAsync, window 10,000, linger 5",
        () => new KafkaPublishOne(Settings, size, Window),
        () => new ProduceAsyncPeer(size, PeerLinger, Window));

    private static string OneText(int size) => $"PublishAsync, window 10,000, {size} B, {Settings}";
}
