using System.Buffers;
using NATS.Client.Core;

namespace EventFabric.Nats.Receiving;

/// <summary>An answer whose coming is all that counts.</summary>
internal sealed class NoReply : INatsDeserialize<ReadOnlyMemory<byte>>
{
    internal static NoReply Instance { get; } = new();

    public ReadOnlyMemory<byte> Deserialize(in ReadOnlySequence<byte> buffer) => default;
}
