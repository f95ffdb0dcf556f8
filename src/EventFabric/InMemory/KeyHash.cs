using System.Buffers.Binary;

namespace EventFabric.InMemory;

/// <summary>Hashes of keys. Both are public algorithms of Austin Appleby's, stable over processes.</summary>
internal static class KeyHash
{
    private const uint Seed = 0x9747b28c;

    /// <summary>The partition of a key: MurmurHash2 with Kafka's seed and sign rule, so that a key has the partition that Kafka would give it.</summary>
    public static int Partition(ReadOnlySpan<byte> key, int partitions) => partitions == 1 ? 0 : (int)((Murmur32(key) & 0x7fffffff) % (uint)partitions);

    /// <summary>MurmurHash64A: identifies a key within a queue group. Two keys that share a hash are held in one order, which costs only time.</summary>
    public static ulong Identity(ReadOnlySpan<byte> key)
    {
        const ulong m = 0xc6a4a7935bd1e995;
        var h = Seed ^ ((ulong)key.Length * m);
        while (key.Length >= 8)
        {
            h = (h ^ Mix(BinaryPrimitives.ReadUInt64LittleEndian(key))) * m;
            key = key[8..];
        }

        if (key.Length > 0)
        {
            ulong last = 0;
            for (var i = key.Length - 1; i >= 0; i--)
                last = (last << 8) | key[i];
            h = (h ^ last) * m;
        }

        h = (h ^ (h >> 47)) * m;
        return h ^ (h >> 47);

        static ulong Mix(ulong k)
        {
            k *= m;
            return (k ^ (k >> 47)) * m;
        }
    }

    private static uint Murmur32(ReadOnlySpan<byte> key)
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
