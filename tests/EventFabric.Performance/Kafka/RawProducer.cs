using System.Text;
using Confluent.Kafka;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;

namespace EventFabric.Performance.Kafka;

/// <summary>A peer that sends the records of B8 with the vendor's client: same keys, headers, bytes and guarantees.</summary>
internal abstract class RawProducer(int size, double lingerMs) : IContender
{
    private readonly RecordHeaders _headers = new("performance.blob.v1", Blob.ContentType);
    private byte[][] _keys = [];
    private byte[][] _bodies = [];
    private IProducer<byte[], byte[]>? _producer;

    public virtual string? Note => null;

    protected string Topic { get; private set; } = "";

    protected IProducer<byte[], byte[]> Producer => _producer!;

    public static ProducerConfig Config(double lingerMs) => new()
    {
        BootstrapServers = KafkaRig.Current.BootstrapServers,
        Acks = Acks.All,
        EnableIdempotence = true,
        LingerMs = lingerMs,
        Partitioner = Partitioner.Murmur2Random,
        QueueBufferingMaxMessages = 1_000_000,
        QueueBufferingMaxKbytes = 1_048_576,
        DeliveryReportFields = "status",
    };

    public async ValueTask StartAsync()
    {
        Topic = await KafkaRig.Current.CreateTopicAsync(KafkaPublish.Partitions);
        var blobs = Blob.Make(KafkaPublish.Keys, size);
        (_keys, _bodies) = ([.. blobs.Select(static blob => Encoding.UTF8.GetBytes(blob.Key))], [.. blobs.Select(static blob => blob.Bytes)]);
        _producer = new ProducerBuilder<byte[], byte[]>(Configure(Config(lingerMs))).Build();
    }

    public abstract ValueTask<long> RunAsync(Window window);

    public async ValueTask DisposeAsync()
    {
        _producer?.Dispose();
        await KafkaRig.Current.DeleteTopicAsync(Topic);
        GC.SuppressFinalize(this);
    }

    protected virtual ProducerConfig Configure(ProducerConfig config) => config;

    protected Message<byte[], byte[]> Make(long sequence)
    {
        var number = (int)(sequence % _keys.Length);
        return new Message<byte[], byte[]> { Key = _keys[number], Value = _bodies[number], Headers = _headers.Make() };
    }
}
