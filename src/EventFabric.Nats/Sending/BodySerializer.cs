using System.Buffers;
using NATS.Client.Core;

namespace EventFabric.Nats.Sending;

/// <summary>Bytes as they are.</summary>
internal sealed class BodySerializer : INatsSerialize<ReadOnlyMemory<byte>>
{
    internal static BodySerializer Instance { get; } = new();

    public void Serialize(IBufferWriter<byte> bufferWriter, ReadOnlyMemory<byte> value) => bufferWriter.Write(value.Span);
}
