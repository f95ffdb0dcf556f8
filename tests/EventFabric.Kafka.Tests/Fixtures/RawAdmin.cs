using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Xunit;

namespace EventFabric.Kafka.Tests.Fixtures;

/// <summary>The vendor's client: topics, positions of groups, transactions; what the broker itself says.</summary>
internal sealed class RawAdmin : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly string _bootstrap = KafkaRun.Current.Server.BootstrapServers;
    private readonly IAdminClient _admin;

    internal RawAdmin() => _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _bootstrap }).Build();

    internal IAdminClient Client => _admin;

    /// <summary>A topic with a name of its own, ready for use.</summary>
    internal Task<string> TopicAsync(int partitions = 1, params (string Key, string Value)[] settings) => TopicAsync($"t-{Guid.NewGuid():N}", partitions, settings);

    internal async Task<string> TopicAsync(string topic, int partitions, params (string Key, string Value)[] settings)
    {
        var specification = new TopicSpecification
        {
            Name = topic,
            NumPartitions = partitions,
            ReplicationFactor = 1,
            Configs = settings.ToDictionary(static setting => setting.Key, static setting => setting.Value),
        };
        await _admin.CreateTopicsAsync([specification]);
        using var deadline = new CancellationTokenSource(Wait.Patience);
        while (await MissingLeadersAsync(topic, partitions) is { } reason)
            Assert.False(deadline.IsCancellationRequested, $"{topic} has no leaders: {reason}");
        return topic;
    }

    internal Task DeleteBeforeAsync(string topic, long offset, int partition = 0) =>
        _admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, partition, offset)]);

    /// <summary>Gives a group without members a position.</summary>
    internal async Task PlaceAsync(string group, string topic, long offset, int partition = 0)
    {
        using var deadline = new CancellationTokenSource(Wait.Patience);
        while (true)
        {
            try
            {
                await _admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets($"{group}-{topic}", [new TopicPartitionOffset(topic, partition, offset)])]);
                return;
            }
            catch (KafkaException) when (!deadline.IsCancellationRequested)
            {
                // The group's coordinator is not there yet: the first group of a broker makes it.
            }
        }
    }

    /// <summary>The group's position as the broker has it; null: none.</summary>
    internal async Task<long?> PositionAsync(string group, string topic, int partition = 0)
    {
        var found = await _admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions($"{group}-{topic}", [new TopicPartition(topic, partition)])]);
        var offset = found[0].Partitions[0].Offset;
        return offset.IsSpecial ? null : offset.Value;
    }

    internal async Task UntilPositionAsync(string group, string topic, long? wanted, int partition = 0)
    {
        long? seen = null;
        using var deadline = new CancellationTokenSource(Wait.Patience);
        while ((seen = await PositionAsync(group, topic, partition)) != wanted)
            Assert.False(deadline.IsCancellationRequested, $"The group's position is {seen?.ToString() ?? "none"}, not {wanted}.");
    }

    internal WatermarkOffsets Marks(string topic, int partition = 0)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = _bootstrap, GroupId = "raw-marks" }).Build();
        return consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), Timeout);
    }

    /// <summary>Writes records in one transaction each group: the log gets a marker, an offset without a record, behind each.</summary>
    internal async Task WriteTransactionsAsync(string topic, bool commit, params string[][] transactions)
    {
        var config = new ProducerConfig { BootstrapServers = _bootstrap, TransactionalId = $"raw-{Guid.NewGuid():N}" };
        using var producer = new ProducerBuilder<byte[]?, string>(config).Build();
        producer.InitTransactions(Timeout);
        foreach (var bodies in transactions)
        {
            producer.BeginTransaction();
            foreach (var body in bodies)
                await producer.ProduceAsync(new TopicPartition(topic, 0), new Message<byte[]?, string> { Value = body });
            if (commit)
                producer.CommitTransaction(Timeout);
            else
                producer.AbortTransaction(Timeout);
        }
    }

    internal async Task<int> MembersAsync(string group, string topic) => (await DescribeAsync(group, topic)).Members.Count;

    /// <summary>The names of the group's static members.</summary>
    internal async Task<IEnumerable<string?>> InstancesAsync(string group, string topic) =>
        (await DescribeAsync(group, topic)).Members.Select(static member => member.GroupInstanceId).Order();

    public void Dispose() => _admin.Dispose();

    private async Task<ConsumerGroupDescription> DescribeAsync(string group, string topic) =>
        (await _admin.DescribeConsumerGroupsAsync([$"{group}-{topic}"])).ConsumerGroupDescriptions[0];

    /// <summary>Null: every leader knows that it is one. Metadata says so earlier.</summary>
    private async Task<string?> MissingLeadersAsync(string topic, int partitions)
    {
        try
        {
            var ends = Enumerable.Range(0, partitions).Select(index => new TopicPartitionOffsetSpec { TopicPartition = new TopicPartition(topic, index), OffsetSpec = OffsetSpec.Latest() });
            // The client's default lets one unanswered question outlast the whole wait.
            await _admin.ListOffsetsAsync(ends, new ListOffsetsOptions { RequestTimeout = TimeSpan.FromSeconds(5) });
            return null;
        }
        catch (KafkaException exception)
        {
            return exception.Message;
        }
    }
}
