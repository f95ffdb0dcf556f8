using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EventFabric.Publishing;

/// <summary>
/// Makes event ids: UUID version 7 (RFC 9562, section 5.7), 48 bits of Unix milliseconds and 74 random bits. The randomness is a fast generator's,
/// one per thread and seeded by the system's: ids are unique, not secret.
/// </summary>
internal static class EventIds
{
    [ThreadStatic]
    private static Generator? _generator;

    /// <summary>A new id. Any thread.</summary>
    /// <param name="unixMs">The time in Unix milliseconds; 48 bits of it are used.</param>
    internal static Guid Next(long unixMs)
    {
        var generator = _generator ??= new Generator();
        var high = ((ulong)unixMs << 16) | 0x7000 | (generator.Next() >> 52);
        var low = 0x8000_0000_0000_0000 | (generator.Next() >> 2);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], low);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>xoroshiro128++ 1.0 (Blackman and Vigna): period 2^128 - 1.</summary>
    private sealed class Generator
    {
        private ulong _s0;
        private ulong _s1;

        internal Generator()
        {
            Span<ulong> seed = stackalloc ulong[2];
            do
            {
                RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(seed));
            }
            while (seed[0] == 0 && seed[1] == 0);
            (_s0, _s1) = (seed[0], seed[1]);
        }

        internal ulong Next()
        {
            var (s0, s1) = (_s0, _s1);
            var result = BitOperations.RotateLeft(s0 + s1, 17) + s0;
            s1 ^= s0;
            _s0 = BitOperations.RotateLeft(s0, 49) ^ s1 ^ (s1 << 21);
            _s1 = BitOperations.RotateLeft(s1, 28);
            return result;
        }
    }
}
