using System.Buffers.Binary;
using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// Deals partitions out to members: evenly, the same wherever it is computed from the same members, and with few moves when one comes or goes (rendezvous hashing
/// with a bound on each one's load). Pure.
/// </summary>
internal static class Shares
{
    /// <summary>The member of each partition.</summary>
    /// <param name="members">At least one, without duplicates, in any order.</param>
    /// <param name="partitions">How many partitions.</param>
    internal static string[] Of(IReadOnlyCollection<string> members, int partitions)
    {
        string[] sorted = [.. members.Order(StringComparer.Ordinal)];
        var load = new int[sorted.Length];
        var (least, more) = (partitions / sorted.Length, partitions % sorted.Length);
        var owners = new string[partitions];
        for (var partition = 0; partition < partitions; partition++)
        {
            var best = -1;
            uint highest = 0;
            for (var i = 0; i < sorted.Length; i++)
            {
                // So many members have one more than the others.
                if (load[i] > least || (load[i] == least && more == 0))
                    continue;
                var score = Score(sorted[i], partition);
                if (best < 0 || score > highest)
                    (best, highest) = (i, score);
            }

            if (load[best]++ == least)
                more--;
            owners[partition] = sorted[best];
        }

        return owners;
    }

    private static uint Score(string member, int partition)
    {
        Span<byte> text = stackalloc byte[Encoding.UTF8.GetMaxByteCount(member.Length) + 4];
        var length = Encoding.UTF8.GetBytes(member, text);
        BinaryPrimitives.WriteInt32LittleEndian(text[length..], partition);
        return (uint)KeyPartition.Of(text[..(length + 4)], int.MaxValue);
    }
}
