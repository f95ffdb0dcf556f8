using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Sending;

/// <summary>Gives the client the key or body of a record. The client copies what it is given before Produce returns.</summary>
internal sealed class SendRefSerializer(bool isKey) : ISerializer<SendRef>
{
    public byte[] Serialize(SendRef data, SerializationContext context)
    {
        ref readonly var record = ref data.Call.Batch.Records[data.Index];
        var scratch = data.Call.Sender.Scratch;
        // The client takes null for what is not there; its signature has no word for it.
        if (isKey)
            return (record.Flags & RecordFlags.HasKey) != 0 ? scratch.Key(record.KeyBytes) : null!;
        return (record.Flags & RecordFlags.NullBody) == 0 ? scratch.Body(record.Body) : null!;
    }
}
