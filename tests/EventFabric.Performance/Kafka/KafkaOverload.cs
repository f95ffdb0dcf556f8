using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;

namespace EventFabric.Performance.Kafka;

/// <summary>B23: publishers that together want more under way than MaxPendingPublishes allows.</summary>
internal sealed class KafkaOverload(Settings settings, int size, int publishers, int windowSize) : KafkaPublish(settings, size)
{
    private string? _note;

    public override string? Note => _note;

    public override async ValueTask<long> RunAsync(Window window)
    {
        var running = Enumerable.Range(0, publishers).Select(_ => Task.Run(() => new PublishWindow(Publisher, Blobs, windowSize).RunAsync(window).AsTask()));
        var counts = await Task.WhenAll(running);
        _note = $"the {publishers} publishers published {counts.Min():N0} to {counts.Max():N0} events each";
        return counts.Sum();
    }
}
