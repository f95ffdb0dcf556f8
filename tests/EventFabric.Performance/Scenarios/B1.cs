using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Peers;

namespace EventFabric.Performance.Scenarios;

/// <summary>The whole way, in memory.</summary>
internal static class B1
{
    private static readonly Settings Plain = new();
    private static readonly Settings Wide = new(MaxInFlight: 512);

    public static Scenario Scenario { get; } = new(
        "B1",
        "publish to the in-memory log, singleton handler, acknowledged; a struct of 100 bytes with its own serializer; latency: publish to handler",
        "at least 5 M events/s, 0.35 of the channel, 50 times Rebus; at most 16 B by PublishAsync",
        [
            Against("bounded Channel of structs", Wide, static () => new ChannelPeer()),
            Against("bounded Channel of structs", Plain, static () => new ChannelPeer()),
            Against("bounded Channel of structs", Wide with { Keys = 1000 }, static () => new ChannelPeer()),
            new Comparison(
                $"PublishBatchAsync of 256, {Lead.Text}, {Wide}",
                "bounded Channel of structs",
                static () => new ReadingBatchPipeline(Wide, 256),
                static () => new ChannelPeer()),
            Against("Rebus, in memory", Wide, static () => new RebusPeer()),
            Against("MassTransit 8, in memory", Wide, static () => new MassTransitPeer()),
        ]);

    private static Comparison Against(string peer, Settings settings, Func<IContender> make) =>
        new($"PublishAsync, {Lead.Text}, {settings}", peer, () => new ReadingPipeline(settings), make);
}
