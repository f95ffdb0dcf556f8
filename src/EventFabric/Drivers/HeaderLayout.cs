using System.Buffers.Binary;

namespace EventFabric.Drivers;

/// <summary>
/// The bytes of a <see cref="HeaderBlock"/>, little-endian: four 16-bit offsets of the entries of id, type, source and time (0: absent), then the
/// entries: 16-bit length of the name, 32-bit length of the value (-1: null), name, value. Every read is checked against the block's end, so that
/// a corrupt block gives fewer headers and never foreign bytes.
/// </summary>
internal static class HeaderLayout
{
    internal const int IndexLength = 8;
    internal const int EntryHead = 6;
    internal const int MaxNameLength = ushort.MaxValue;

    internal static bool TryRead(ReadOnlySpan<byte> block, int offset, out HeaderEntry entry, out int length)
    {
        entry = default;
        length = 0;
        if (offset < IndexLength || offset > block.Length - EntryHead)
            return false;

        var rest = block[offset..];
        int name = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        var value = BinaryPrimitives.ReadInt32LittleEndian(rest[2..]);
        var room = rest.Length - EntryHead;
        if (value < -1 || name > room || value > room - name)
            return false;

        var bytes = value < 0 ? 0 : value;
        entry = new HeaderEntry(rest.Slice(EntryHead, name), rest.Slice(EntryHead + name, bytes), value < 0);
        length = EntryHead + name + bytes;
        return true;
    }

    /// <summary>The number of headers, and the lengths of the longest name and value: without looking at the bytes.</summary>
    internal static (int Count, int LongestName, int LongestValue) Measure(ReadOnlySpan<byte> block)
    {
        int count = 0, longestName = 0, longestValue = 0;
        for (var rest = block.Length > IndexLength ? block[IndexLength..] : default; rest.Length >= EntryHead; count++)
        {
            int name = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            var value = Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(rest[2..]));
            var length = (long)EntryHead + name + value;
            if (length > rest.Length) break;
            longestName = Math.Max(longestName, name);
            longestValue = Math.Max(longestValue, value);
            rest = rest[(int)length..];
        }

        return (count, longestName, longestValue);
    }

    internal static int OffsetOf(ReadOnlySpan<byte> block, CloudEventAttribute attribute)
    {
        var at = (int)attribute * sizeof(ushort);
        return (uint)at < IndexLength && block.Length >= IndexLength ? BinaryPrimitives.ReadUInt16LittleEndian(block[at..]) : 0;
    }

    internal static void SetOffset(Span<byte> block, CloudEventAttribute attribute, int offset) =>
        BinaryPrimitives.WriteUInt16LittleEndian(block[((int)attribute * sizeof(ushort))..], (ushort)offset);

    internal static void Write(Span<byte> target, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isNull)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)name.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[2..], isNull ? -1 : value.Length);
        name.CopyTo(target[EntryHead..]);
        value.CopyTo(target[(EntryHead + name.Length)..]);
    }
}
