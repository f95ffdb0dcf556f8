using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;
using NATS.Client.JetStream.Models;

namespace EventFabric.Performance.Nats;

/// <summary>PublishAsync in a window, to a stream of its own.</summary>
internal sealed class NatsPublish(Settings settings, StreamConfigStorage storage, int size, int windowSize) : IContender
{
    public const int Partitions = 4;
    public const int Keys = 1000;

    private readonly Blob[] _blobs = Blob.Make(Keys, size);
    private FabricHost? _host;
    private PublishWindow? _window;
    private string _stream = "";

    public async ValueTask StartAsync()
    {
        _stream = await NatsRig.Current.CreateStreamAsync(Partitions, storage);
        _host = NatsHost.Make(_stream, settings, reads: false, static builder => builder
            .AddSerializer<BlobSerializer>()
            .AddEvent<Blob>(FabricHost.Channel, key: static blob => blob.Key, contentType: Blob.ContentType));
        await _host.StartAsync();
        _window = new PublishWindow(_host.Publisher, _blobs, windowSize);
    }

    public ValueTask<long> RunAsync(Window window) => _window!.RunAsync(window);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        await NatsRig.Current.DeleteStreamAsync(_stream);
    }
}
