using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>
/// Deals keys out to partitions as Kafka's clients do: MurmurHash2, a public algorithm of Austin Appleby's, with Kafka's seed and sign rule. The same key has
/// the same number on every broker whose partitions are the library's own. Pure.
/// </summary>
[Experimental("EVF9001")]
public static class KeyPartition
{
    private const uint Seed = 0x9747b28c;

    /// <summary>The partition of a key.</summary>
    /// <param name="key">The key's bytes.</param>
    /// <param name="partitions">How many partitions there are, at least 1.</param>
    /// <returns>A number from 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="partitions"/> is below 1.</exception>
    public static int Of(ReadOnlySpan<byte> key, int partitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        return partitions == 1 ? 0 : (int)((Hash(key) & 0x7fffffff) % (uint)partitions);
    }

    private static uint Hash(ReadOnlySpan<byte> key)
    {
        const uint m = 0x5bd1e995;
        var h = Seed ^ (uint)key.Length;
        while (key.Length >= 4)
        {
            var k = BinaryPrimitives.ReadUInt32LittleEndian(key) * m;
            h = (h * m) ^ ((k ^ (k >> 24)) * m);
            key = key[4..];
        }

        if (key.Length > 0)
        {
            uint last = 0;
            for (var i = key.Length - 1; i >= 0; i--)
                last = (last << 8) | key[i];
            h = (h ^ last) * m;
        }

        h = (h ^ (h >> 13)) * m;
        return h ^ (h >> 15);
    }
}
