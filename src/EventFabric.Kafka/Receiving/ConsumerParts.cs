using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace EventFabric.Kafka.Receiving;

/// <summary>What a receiver is made of.</summary>
/// <param name="Builder">Configured, with logs and tokens.</param>
/// <param name="Partitions">How many partitions the topic has.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">Where to say what happens.</param>
internal sealed record ConsumerParts(ConsumerBuilder<Slice, Slice> Builder, int Partitions, TimeProvider Time, ILogger Logger);
