using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;

namespace EventFabric.Performance.Kafka;

/// <summary>One publisher with so many publishes under way.</summary>
internal sealed class KafkaPublishOne(Settings settings, int size, int windowSize) : KafkaPublish(settings, size)
{
    private PublishWindow? _window;

    public override ValueTask<long> RunAsync(Window window) => (_window ??= new PublishWindow(Publisher, Blobs, windowSize)).RunAsync(window);
}
