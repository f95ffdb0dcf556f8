using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EventFabric.Testing;

namespace EventFabric.Kafka.Tests.Fixtures;

/// <summary>The vendor's client, by itself: what the library writes is read with it, and the reverse.</summary>
internal sealed class RawKafka(string bootstrap) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly IProducer<byte[]?, byte[]?> _producer = new ProducerBuilder<byte[]?, byte[]?>(
        new ProducerConfig { BootstrapServers = bootstrap, Acks = Acks.All, Partitioner = Partitioner.Murmur2Random, LingerMs = 0 }).Build();

    public async Task<TopicPartitionOffset> WriteAsync(string topic, RawRecord record, CancellationToken cancellationToken)
    {
        var headers = new Headers();
        foreach (var (name, value) in record.Headers)
            headers.Add(name, value);
        var message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Body, Headers = headers };
        return (await _producer.ProduceAsync(topic, message, cancellationToken)).TopicPartitionOffset;
    }

    public async Task CreateAsync(string topic, Dictionary<string, string> settings)
    {
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 4, ReplicationFactor = 1, Configs = settings }]);
        while (admin.GetMetadata(topic, Timeout).Topics.Single().Error.IsError)
            await Task.Yield();
    }

    /// <summary>All that is in a topic, partition by partition.</summary>
    public IReadOnlyList<ConsumeResult<byte[]?, byte[]?>> Read(string topic)
    {
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        var metadata = admin.GetMetadata(topic, Timeout).Topics.Single();
        if (metadata.Error.Code is ErrorCode.UnknownTopicOrPart)
            return [];
        var config = new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "raw", EnableAutoCommit = false, EnablePartitionEof = true, AutoOffsetReset = AutoOffsetReset.Earliest };
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).Build();
        consumer.Assign(metadata.Partitions.Select(partition => new TopicPartitionOffset(topic, partition.PartitionId, Offset.Beginning)));
        var (read, ends) = (new List<ConsumeResult<byte[]?, byte[]?>>(), 0);
        while (ends < metadata.Partitions.Count)
        {
            var result = consumer.Consume(Timeout) ?? throw new TimeoutException($"{topic} was not read to its end.");
            if (result.IsPartitionEOF)
                ends++;
            else
                read.Add(result);
        }

        consumer.Close();
        return read;
    }

    public void Dispose() => _producer.Dispose();
}
