using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventFabric.Performance.Nats;

/// <summary>The vendor's client with the same records: with a window in a pipelined loop, without one by JetStream's own publish, each awaited.</summary>
internal sealed class RawPublishPeer(StreamConfigStorage storage, int size, int? windowSize) : IContender
{
    private readonly RecordHeaders _headers = new("performance.blob.v1", Blob.ContentType);
    private readonly Blob[] _blobs = Blob.Make(NatsPublish.Keys, size);
    private readonly string[] _subjects = new string[NatsPublish.Partitions];
    private NatsConnection? _connection;
    private RawPublisher? _publisher;
    private NatsJSContext? _jetStream;
    private string _stream = "";
    private long _sequence;

    public async ValueTask StartAsync()
    {
        _stream = await NatsRig.Current.CreateStreamAsync(NatsPublish.Partitions, storage);
        for (var i = 0; i < _subjects.Length; i++)
            _subjects[i] = $"{_stream}.{i}";
        _connection = NatsRig.Current.Connect();
        await _connection.ConnectAsync();
        _jetStream = new NatsJSContext(_connection);
        if (windowSize is { } window)
            _publisher = await RawPublisher.OpenAsync(_connection, window);
    }

    public async ValueTask<long> RunAsync(Window window)
    {
        var first = _sequence;
        if (_publisher is not null)
            _publisher.Window = window;
        while (!window.IsOver)
        {
            for (var i = 0; i < (_publisher is null ? 1 : 64); i++)
                await SendAsync(window);
        }

        if (_publisher is not null)
            await _publisher.UntilDoneAsync();
        return _sequence - first;
    }

    public async ValueTask DisposeAsync()
    {
        if (_publisher is not null)
            await _publisher.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        await NatsRig.Current.DeleteStreamAsync(_stream);
    }

    private async ValueTask SendAsync(Window window)
    {
        var blob = _blobs[_sequence++ % _blobs.Length];
        var subject = _subjects[_sequence % _subjects.Length];
        if (_publisher is not null)
        {
            await _publisher.SendAsync(subject, blob.Bytes, _headers.Make(blob.Key));
            return;
        }

        var sent = System.Diagnostics.Stopwatch.GetTimestamp();
        var ack = await _jetStream!.PublishAsync(subject, blob.Bytes, NatsRawSerializer<byte[]>.Default, headers: _headers.Make(blob.Key));
        ack.EnsureSuccess();
        window.Latencies.RecordSince(sent);
    }
}
