using System.Buffers.Binary;

namespace EventFabric.Lanes;

/// <summary>64-bit hash of a key, never zero. Keys that collide share a lane: they wait for each other, nothing worse.</summary>
internal static class KeyHash
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD6E8FEB86659FD93;

    public static ulong Compute(ReadOnlySpan<byte> key)
    {
        var hash = First ^ (ulong)key.Length;
        while (key.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key));
            key = key[8..];
        }

        var rest = 0UL;
        for (var i = 0; i < key.Length; i++)
            rest |= (ulong)key[i] << (8 * i);
        hash = Mix(hash ^ rest);
        return hash == 0 ? First : hash;
    }

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, Second, out var low);
        return high ^ low;
    }
}
