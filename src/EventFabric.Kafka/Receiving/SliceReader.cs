using Confluent.Kafka;

namespace EventFabric.Kafka.Receiving;

/// <summary>Copies what the client received into the batch that is being filled. Poll thread only.</summary>
internal sealed class SliceReader : IDeserializer<Slice>
{
    /// <summary>The batch that the next record belongs to.</summary>
    internal KafkaBatch? Target { get; set; }

    public Slice Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) =>
        isNull ? new Slice(default, true) : new Slice(Target!.Copy(data), false);
}
