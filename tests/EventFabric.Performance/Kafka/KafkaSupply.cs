using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using EventFabric.Performance.Payloads;

namespace EventFabric.Performance.Kafka;

/// <summary>Readings that are in a topic before they are read.</summary>
internal sealed record KafkaSupply(int Records, int Partitions, int Keys, bool WithHeaders = true)
{
    public async Task<string> FillAsync(KafkaRig rig)
    {
        var topic = await rig.CreateTopicAsync(Partitions);
        using var producer = new ProducerBuilder<byte[], byte[]>(RawProducer.Config(5)).Build();
        var headers = new RecordHeaders("performance.reading.v1", "application/x-reading");
        byte[][] keys = [.. Enumerable.Range(0, Keys).Select(static number => Encoding.UTF8.GetBytes($"key-{number:D6}"))];
        for (var number = 0; number < Records; number++)
        {
            var body = new byte[Reading.Size];
            MemoryMarshal.Write(body, new Reading { Sequence = number, Value = number % Keys });
            // Partitions take turns, key by key, so that none has more to read than the others.
            var partition = new TopicPartition(topic, number % Keys % Partitions);
            producer.Produce(partition, new Message<byte[], byte[]> { Key = keys[number % Keys], Value = body, Headers = WithHeaders ? headers.Make() : null });
        }

        producer.Flush(CancellationToken.None);
        return topic;
    }
}
