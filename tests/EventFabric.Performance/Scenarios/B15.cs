using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Nats;
using NATS.Client.JetStream.Models;

namespace EventFabric.Performance.Scenarios;

/// <summary>Publishing to NATS JetStream.</summary>
internal static class B15
{
    private const int Window = 10_000;

    private static readonly Settings Settings = new(Keys: NatsPublish.Keys, MaxPendingPublishes: Window);

    public static Scenario Scenario { get; } = new(
        "B15",
        $"publish with acknowledgement to a stream of {NatsPublish.Partitions} partitions, CloudEvents and message id in headers with every side; latency: publish to result",
        "at least 0.95 of the pipelined loop, 10 times one at a time; at most 200 B an event more than the client's",
        [
            Pipelined(StreamConfigStorage.Memory, 128),
            Pipelined(StreamConfigStorage.File, 128),
            Pipelined(StreamConfigStorage.Memory, 1024),
            Pipelined(StreamConfigStorage.File, 1024),
            new Comparison(
                Text(StreamConfigStorage.Memory, 128),
                "JetStream PublishAsync, each awaited",
                static () => new NatsPublish(Settings, StreamConfigStorage.Memory, 128, Window),
                static () => new RawPublishPeer(StreamConfigStorage.Memory, 128, windowSize: null)),
        ])
    {
        FindObstacleAsync = NatsRig.FindObstacleAsync,
    };

    private static Comparison Pipelined(StreamConfigStorage storage, int size) => new(
        Text(storage, size),
        "pipelined loop on NATS.Client.Core, window 10,000",
        () => new NatsPublish(Settings, storage, size, Window),
        () => new RawPublishPeer(storage, size, Window));

    private static string Text(StreamConfigStorage storage, int size) => $"PublishAsync, window 10,000, {size} B, {storage}, {Settings}";
}
