using System.Buffers.Binary;

namespace EventFabric.Kafka.Tests.Fixtures;

/// <summary>The hash by which the Java client places keys, written down again from its definition (Austin Appleby's MurmurHash2, seed 0x9747b28c).</summary>
internal static class Murmur2
{
    private const uint Multiplier = 0x5bd1e995;
    private const uint Seed = 0x9747b28c;

    internal static int Partition(ReadOnlySpan<byte> key, int partitions) => (Hash(key) & int.MaxValue) % partitions;

    internal static int Hash(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            var hash = Seed ^ (uint)data.Length;
            for (; data.Length >= 4; data = data[4..])
            {
                var word = BinaryPrimitives.ReadUInt32LittleEndian(data) * Multiplier;
                word = (word ^ (word >> 24)) * Multiplier;
                hash = (hash * Multiplier) ^ word;
            }

            if (data.Length > 0)
            {
                for (var i = data.Length - 1; i >= 0; i--)
                    hash ^= (uint)data[i] << (8 * i);
                hash *= Multiplier;
            }

            hash = (hash ^ (hash >> 13)) * Multiplier;
            return (int)(hash ^ (hash >> 15));
        }
    }
}
