using System.Buffers;
using System.Globalization;
using System.Text;

namespace EventFabric.Nats.Receiving;

/// <summary>What a member tells the others: that it is there and which partitions it has, or that it leaves. Text: <c>+ id 0,3</c> or <c>- id</c>.</summary>
internal sealed record MemberWord(string Id, bool IsLeaving, IReadOnlyList<int> Held)
{
    // Room for as many partitions as a stream may have subjects: a word that is not understood is a member that is not there.
    private const int MaxLength = 65_536;
    private const int MaxId = 64;

    internal byte[] ToBytes() => Encoding.ASCII.GetBytes(IsLeaving ? $"- {Id}" : $"+ {Id} {string.Join(',', Held)}");

    /// <summary>Null: it is no word of a member's.</summary>
    internal static MemberWord? Parse(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.Length > MaxLength)
            return null;
        var parts = Encoding.ASCII.GetString(bytes).Split(' ');
        if (parts.Length < 2 || parts[0] is not ("+" or "-") || parts[1].Length is 0 or > MaxId)
            return null;
        var held = new List<int>();
        foreach (var text in parts.Length > 2 ? parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var partition))
                return null;
            held.Add(partition);
        }

        return new MemberWord(parts[1], parts[0] == "-", held);
    }
}
