using System.Buffers.Binary;

namespace EventFabric.InMemory;

/// <summary>Hashes of keys, stable over processes.</summary>
internal static class KeyHash
{
    private const uint Seed = 0x9747b28c;

    /// <summary>MurmurHash64A, a public algorithm of Austin Appleby's: identifies a key within a queue group. Two keys that share a hash are held in one order, which costs only time.</summary>
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
}
