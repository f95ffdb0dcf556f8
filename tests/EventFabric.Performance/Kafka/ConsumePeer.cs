using System.Diagnostics;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;

namespace EventFabric.Performance.Kafka;

/// <summary>
/// Consume in a loop, from the first record until the consumer is closed, and so until all is committed. A handler is called in line and its offset stored;
/// or, with <paramref name="tasks"/> set, it runs in a task of its own, at most so many at once, in any order, and offsets are stored when all is done.
/// </summary>
internal sealed class ConsumePeer(KafkaSupply supply, int? tasks = null) : IContender
{
    private string _topic = "";
    private double _closing;
    private int _windows;

    public string? Note => FormattableString.Invariant($"closing took {_closing:0} ms of the window");

    public static ConsumerConfig Config(string group) => new()
    {
        BootstrapServers = KafkaRig.Current.BootstrapServers,
        GroupId = group,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnableAutoCommit = true,
        EnableAutoOffsetStore = false,
        AutoCommitIntervalMs = 1000,
        PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
    };

    public async ValueTask StartAsync() => _topic = await KafkaRig.Current.SupplyAsync(supply);

    public async ValueTask<long> RunAsync(Window window)
    {
        var draining = new Draining(window, supply.Records);
        var group = $"peer-{_topic}-{_windows++}-{Guid.NewGuid():N}";
        await Task.Factory.StartNew(() => Read(group, draining), TaskCreationOptions.LongRunning);
        window.Stop();
        if (await KafkaRig.Current.CommittedAsync(group, _topic, supply.Partitions) is var committed && committed != supply.Records)
            throw new InvalidOperationException($"{committed} of {supply.Records} records are committed.");
        return supply.Records;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Read(string group, Draining draining)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(Config(group)).Build();
        consumer.Subscribe(_topic);
        if (tasks is { } most)
            ReadIntoTasks(consumer, draining, most);
        else
            ReadInLine(consumer, draining);
        var closing = Stopwatch.GetTimestamp();
        consumer.Close();
        _closing = Stopwatch.GetElapsedTime(closing).TotalMilliseconds;
    }

    private void ReadInLine(IConsumer<byte[], byte[]> consumer, Draining draining)
    {
        while (draining.Handled < supply.Records)
        {
            if (consumer.Consume(100) is not { } result)
                continue;
            Handle(result, draining);
            consumer.StoreOffset(result);
        }
    }

    private void ReadIntoTasks(IConsumer<byte[], byte[]> consumer, Draining draining, int most)
    {
        using var room = new SemaphoreSlim(most);
        var ends = new Dictionary<TopicPartition, Offset>();
        for (var read = 0; read < supply.Records;)
        {
            if (consumer.Consume(100) is not { } result)
                continue;
            read++;
            ends[result.TopicPartition] = result.Offset + 1;
            room.Wait();
            _ = Task.Run(() =>
            {
                Handle(result, draining);
                room.Release();
            });
        }

        for (var i = 0; i < most; i++)
            room.Wait();
        foreach (var (partition, offset) in ends)
            consumer.StoreOffset(new TopicPartitionOffset(partition, offset));
    }

    private static void Handle(ConsumeResult<byte[], byte[]> result, Draining draining)
    {
        if (MemoryMarshal.Read<Reading>(result.Message.Value).Sequence < 0)
            throw new InvalidOperationException($"{result.TopicPartitionOffset} holds no reading.");
        draining.Count();
    }
}
