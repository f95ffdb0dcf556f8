using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Kafka;

/// <summary>An application that only publishes blobs to a topic of its own.</summary>
internal abstract class KafkaPublish(Settings settings, int size) : IContender
{
    public const int Partitions = 4;
    public const int Keys = 1000;

    private FabricHost? _host;
    private string _topic = "";

    public virtual string? Note => null;

    protected Blob[] Blobs { get; } = Blob.Make(Keys, size);

    protected IEventPublisher Publisher { get; private set; } = null!;

    public async ValueTask StartAsync()
    {
        _topic = await KafkaRig.Current.CreateTopicAsync(Partitions);
        _host = KafkaHost.Make(_topic, settings, reads: false, static builder => builder
            .AddSerializer<BlobSerializer>()
            .AddEvent<Blob>(FabricHost.Channel, key: static blob => blob.Key, contentType: Blob.ContentType));
        await _host.StartAsync();
        Publisher = _host.Publisher;
    }

    public abstract ValueTask<long> RunAsync(Window window);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        await KafkaRig.Current.DeleteTopicAsync(_topic);
        GC.SuppressFinalize(this);
    }
}
