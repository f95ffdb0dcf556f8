using Confluent.Kafka;
using EventFabric.Kafka.Sending;

namespace EventFabric.Kafka.Tests.Fixtures;

/// <summary>A client whose reports a test writes. Like the real one it takes key and body while Produce runs.</summary>
internal sealed class ScriptedProducer : IProducer<SendRef, SendRef>
{
    private readonly List<Taken> _taken = [];

    /// <summary>What Produce throws next.</summary>
    public Queue<Exception?> Refusals { get; } = new();

    public IReadOnlyList<Taken> Taken => _taken;

    public Handle Handle => throw new NotSupportedException();

    public string Name => "scripted";

    public void Produce(TopicPartition topicPartition, Message<SendRef, SendRef> message, Action<DeliveryReport<SendRef, SendRef>>? deliveryHandler = null)
    {
        if (Refusals.TryDequeue(out var refusal) && refusal is not null)
            throw refusal;
        var (key, value) = (new SendRefSerializer(isKey: true), new SendRefSerializer(isKey: false));
        _taken.Add(new Taken(message.Key, [.. key.Serialize(message.Key, default) ?? []], [.. value.Serialize(message.Value, default) ?? []], deliveryHandler!));
    }

    /// <summary>Reports a record as the client would.</summary>
    public void Report(int index, ErrorCode code, PersistenceStatus status, long offset)
    {
        var taken = _taken[index];
        taken.Handler(new DeliveryReport<SendRef, SendRef>
        {
            Topic = "t",
            Partition = 0,
            Offset = offset,
            Error = new Error(code),
            Status = status,
            Message = new Message<SendRef, SendRef> { Key = taken.Ref, Value = taken.Ref },
        });
    }

    public void Stored(int index, long offset) => Report(index, ErrorCode.NoError, PersistenceStatus.Persisted, offset);

    public void Dispose()
    {
    }

    public Task<DeliveryResult<SendRef, SendRef>> ProduceAsync(string topic, Message<SendRef, SendRef> message, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<DeliveryResult<SendRef, SendRef>> ProduceAsync(TopicPartition topicPartition, Message<SendRef, SendRef> message, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void Produce(string topic, Message<SendRef, SendRef> message, Action<DeliveryReport<SendRef, SendRef>>? deliveryHandler = null) => throw new NotSupportedException();

    public int Poll(TimeSpan timeout) => throw new NotSupportedException();

    public int Flush(TimeSpan timeout) => throw new NotSupportedException();

    public void Flush(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void InitTransactions(TimeSpan timeout) => throw new NotSupportedException();

    public void BeginTransaction() => throw new NotSupportedException();

    public void CommitTransaction(TimeSpan timeout) => throw new NotSupportedException();

    public void CommitTransaction() => throw new NotSupportedException();

    public void AbortTransaction(TimeSpan timeout) => throw new NotSupportedException();

    public void AbortTransaction() => throw new NotSupportedException();

    public void SendOffsetsToTransaction(IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata groupMetadata, TimeSpan timeout) => throw new NotSupportedException();

    public void SetSaslCredentials(string username, string password) => throw new NotSupportedException();

    public int AddBrokers(string brokers) => throw new NotSupportedException();
}

/// <summary>A record that the client took.</summary>
internal sealed record Taken(SendRef Ref, byte[] Key, byte[] Body, Action<DeliveryReport<SendRef, SendRef>> Handler);
