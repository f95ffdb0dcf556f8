using System.Runtime.InteropServices;

namespace EventFabric.Kafka.Sending;

/// <summary>
/// Arrays of exactly the length that is wanted, used again and again: the client takes whole arrays, and copies them before it returns. One sender's,
/// whose starts never overlap.
/// </summary>
internal sealed class ExactArrays
{
    private const int MaxSmall = 2048;
    private const int Large = 64;

    private readonly ScratchRow _keys = new();
    private readonly ScratchRow _bodies = new();

    internal byte[] Key(ReadOnlyMemory<byte> bytes) => _keys.Copy(bytes);

    internal byte[] Body(ReadOnlyMemory<byte> bytes) => _bodies.Copy(bytes);

    private sealed class ScratchRow
    {
        private readonly byte[]?[] _small = new byte[MaxSmall + 1][];
        private readonly byte[]?[] _large = new byte[Large][];

        internal byte[] Copy(ReadOnlyMemory<byte> bytes)
        {
            if (MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Array!.Length == segment.Count)
                return segment.Array;
            ref var known = ref bytes.Length <= MaxSmall ? ref _small[bytes.Length] : ref _large[bytes.Length % Large];
            if (known?.Length != bytes.Length)
                known = GC.AllocateUninitializedArray<byte>(bytes.Length);
            bytes.Span.CopyTo(known);
            return known;
        }
    }
}
