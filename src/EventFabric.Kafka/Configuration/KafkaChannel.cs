using EventFabric.Drivers;

namespace EventFabric.Kafka.Configuration;

/// <summary>What <c>Channels:{channel}:Kafka</c> says of the topic. Null: the broker's default.</summary>
internal sealed record KafkaChannel(int? Partitions, short? ReplicationFactor, TimeSpan? Retention)
{
    internal static KafkaChannel Default { get; } = new(null, null, null);

    internal static KafkaChannel Read(SettingsReader reader) => new(
        (int?)reader.Number("Partitions", "Partitions of the topic. Default: the broker's. More than one process can work on a channel only where there are more than one.", null, 1, 100_000),
        (short?)reader.Number("ReplicationFactor", "Copies of each record on different brokers. Default: the broker's.", null, 1, 100),
        reader.Duration("Retention", "How long the topic keeps records. Default: the broker's.", null, TimeSpan.FromMinutes(1), TimeSpan.FromDays(36_500)));
}
