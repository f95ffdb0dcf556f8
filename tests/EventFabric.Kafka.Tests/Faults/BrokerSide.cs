using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace EventFabric.Kafka.Tests.Faults;

/// <summary>The broker's side of a fault test, by the vendor's client.</summary>
internal sealed class BrokerSide(FaultPlan plan) : IDisposable
{
    private static readonly TimeSpan Question = TimeSpan.FromSeconds(2);

    private readonly IAdminClient _admin = Build(plan);

    private IEnumerable<TopicPartition> Partitions => Enumerable.Range(0, plan.Partitions).Select(index => new TopicPartition(plan.Topic, index));

    /// <summary>The group's positions by partition.</summary>
    internal async Task<IReadOnlyDictionary<int, long>> CommittedAsync()
    {
        // A client of its own: one that has seen a coordinator go waits for it until the request is over.
        using var admin = Build(plan);
        List<ListConsumerGroupOffsetsResult> results;
        try
        {
            results = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(plan.Group, [.. Partitions])], new() { RequestTimeout = Question });
        }
        catch (KafkaException)
        {
            // No coordinator now: nothing is known to be committed.
            return Partitions.ToDictionary(static partition => partition.Partition.Value, static _ => 0L);
        }

        return results[0].Partitions.ToDictionary(static known => known.Partition.Value, static known => known.Offset.IsSpecial ? 0 : known.Offset.Value);
    }

    /// <summary>Where the partitions end.</summary>
    internal async Task<IReadOnlyDictionary<int, long>> EndsAsync()
    {
        var specs = Partitions.Select(static partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() });
        var results = await _admin.ListOffsetsAsync(specs);
        return results.ResultInfos.ToDictionary(static info => info.TopicPartitionOffsetError.Partition.Value, static info => info.TopicPartitionOffsetError.Offset.Value);
    }

    /// <summary>Makes the topic, and waits until the broker knows it: it says that it is made before it does.</summary>
    internal async Task CreateAsync(params (string Name, string Value)[] settings)
    {
        await _admin.CreateTopicsAsync(
        [
            new TopicSpecification
            {
                Name = plan.Topic,
                NumPartitions = plan.Partitions,
                ReplicationFactor = 1,
                Configs = settings.ToDictionary(static setting => setting.Name, static setting => setting.Value),
            },
        ]);
        var seen = "";
        await Wait.UntilAsync(() => IsThere(out seen), () => seen);
    }

    internal Task DeleteAsync() => _admin.DeleteTopicsAsync([plan.Topic]);

    /// <summary>Deletes everything below these offsets.</summary>
    internal Task TruncateAsync(IReadOnlyDictionary<int, long> below) =>
        _admin.DeleteRecordsAsync(below.Select(pair => new TopicPartitionOffset(plan.Topic, pair.Key, pair.Value)));

    /// <summary>Moves the group, which has no members.</summary>
    internal Task MoveGroupAsync(IReadOnlyDictionary<int, long> to) =>
        _admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(plan.Group, [.. to.Select(pair => new TopicPartitionOffset(plan.Topic, pair.Key, pair.Value))])]);

    public void Dispose() => _admin.Dispose();

    private bool IsThere(out string seen)
    {
        var topic = _admin.GetMetadata(plan.Topic, Question).Topics.SingleOrDefault();
        seen = topic?.Error.Reason ?? "no metadata";
        return topic is { Error.IsError: false } && topic.Partitions.Count == plan.Partitions && topic.Partitions.TrueForAll(static partition => partition.Leader >= 0);
    }

    private static IAdminClient Build(FaultPlan plan) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = plan.Bootstrap }).SetLogHandler(static (_, _) => { }).Build();
}
