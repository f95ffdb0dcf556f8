using System.Buffers;
using EventFabric.Envelope;

namespace EventFabric.Serialization;

/// <summary>A tombstone has no body: it is the record's key, or the <c>partitionkey</c> of a structured event where the broker has no keys.</summary>
internal sealed class TombstonePayloadCodec : PayloadCodec<Tombstone>
{
    internal override bool ReadsContext => false;

    internal override ValueTask SerializeAsync(Tombstone data, IBufferWriter<byte> output, PublishContext? context, CancellationToken cancellationToken)
        => ValueTask.CompletedTask;

    internal override ValueTask<Tombstone> DeserializeAsync(ReadOnlyMemory<byte> body, EventContext context, CancellationToken cancellationToken)
        => context.Key is { } key || context.Headers.TryGetValue(Attributes.PartitionKeyName, out key)
            ? new ValueTask<Tombstone>(new Tombstone(key))
            : throw new PayloadException(PayloadException.UndecodableBody, "A tombstone without a key says nothing.");
}
