namespace EventFabric.Kafka.Receiving;

/// <summary>Bytes in the slab of the batch that is being filled.</summary>
internal readonly record struct Slice(ReadOnlyMemory<byte> Bytes, bool IsNull);
