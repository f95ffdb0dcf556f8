using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace EventFabric.Serialization;

/// <summary>
/// A table from names in UTF-8 to values that never changes once it is made: looked up for every event, without making a text. The names are the
/// application's own, so a hostile name can only miss.
/// </summary>
internal sealed class Utf8Table<TValue>
    where TValue : class
{
    private readonly (byte[] Name, TValue Value)[] _entries;
    private readonly int[] _buckets;
    private readonly int[] _next;

    internal Utf8Table(IEnumerable<KeyValuePair<string, TValue>> entries)
    {
        _entries = entries.Select(static entry => (Encoding.UTF8.GetBytes(entry.Key), entry.Value)).ToArray();
        _buckets = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, _entries.Length * 2))];
        _next = new int[_entries.Length];
        for (var i = 0; i < _entries.Length; i++)
        {
            ref var bucket = ref _buckets[Hash(_entries[i].Name) & (uint)(_buckets.Length - 1)];
            _next[i] = bucket;
            bucket = i + 1;
        }
    }

    internal TValue? Find(ReadOnlySpan<byte> name)
    {
        var at = _buckets[Hash(name) & (uint)(_buckets.Length - 1)];
        while (at != 0)
        {
            ref readonly var entry = ref _entries[at - 1];
            if (name.SequenceEqual(entry.Name))
                return entry.Value;
            at = _next[at - 1];
        }

        return null;
    }

    /// <summary>Length, first and last bytes: what tells the event types of one application apart. Whatever it does not tell apart is compared.</summary>
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        if (name.Length >= sizeof(ulong))
        {
            var mixed = (BinaryPrimitives.ReadUInt64LittleEndian(name) * 0x9E3779B97F4A7C15)
                ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]), 29)
                ^ (ulong)name.Length;
            return (uint)((mixed * 0xD6E8FEB86659FD93) >> 32);
        }

        uint hash = (uint)name.Length;
        foreach (var b in name)
            hash = (hash * 31) + b;
        return hash;
    }
}
