using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EventFabric.Servers;

namespace EventFabric.Performance.Kafka;

/// <summary>The one broker of a run, started when the first scenario asks for it.</summary>
internal sealed class KafkaRig : IAsyncDisposable
{
    private static KafkaRig? _current;

    private readonly Dictionary<string, Task<string>> _supplies = [];
    private KafkaServer? _server;
    private int _topics;

    public KafkaRig() => _current = this;

    public static KafkaRig Current => _current ?? throw new InvalidOperationException("The program makes the rig.");

    public string BootstrapServers => _server?.BootstrapServers ?? throw new InvalidOperationException(KafkaServer.Remedy);

    /// <summary>Finds or starts the broker. Null: it is there; else why not, and the remedy.</summary>
    public static async Task<string?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        var rig = Current;
        if (rig._server is not null)
            return null;
        rig._server = await KafkaServer.FindAsync(advertised: null, [], cancellationToken);
        if (rig._server is null)
            return KafkaServer.Remedy;
        await Console.Error.WriteLineAsync($"Kafka: {rig._server.Source}");
        return null;
    }

    /// <summary>Makes a topic of its own name, whose old records go when it grows.</summary>
    public async Task<string> CreateTopicAsync(int partitions)
    {
        var name = $"rig-{Environment.ProcessId}-{Interlocked.Increment(ref _topics)}";
        using var admin = Admin();
        await admin.CreateTopicsAsync(
        [
            new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = 1, Configs = new() { ["file.delete.delay.ms"] = "1000" } },
        ]);
        return name;
    }

    public async Task DeleteTopicAsync(string topic)
    {
        using var admin = Admin();
        await admin.DeleteTopicsAsync([topic]);
    }

    /// <summary>A topic that was filled once for all who read the same.</summary>
    public Task<string> SupplyAsync(KafkaSupply supply)
    {
        var name = supply.ToString();
        if (!_supplies.TryGetValue(name, out var topic))
            _supplies.Add(name, topic = supply.FillAsync(this));
        return topic;
    }

    /// <summary>How far a group's positions are, over all partitions.</summary>
    public async Task<long> CommittedAsync(string group, string topic, int partitions)
    {
        using var admin = Admin();
        var asked = new ConsumerGroupTopicPartitions(group, [.. Enumerable.Range(0, partitions).Select(number => new TopicPartition(topic, number))]);
        var found = await admin.ListConsumerGroupOffsetsAsync([asked]);
        return found[0].Partitions.Sum(static partition => Math.Max(0, partition.Offset.Value));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).Build();
}
