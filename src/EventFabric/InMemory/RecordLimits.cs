using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;
using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>
/// What the in-memory broker refuses: with <see cref="InMemoryOptions.Portable"/> what any of the six brokers would, and always a record that is too large.
/// </summary>
/// <param name="portable">Whether the strictest common limits hold.</param>
/// <param name="maxBytes">The most bytes of a record: body, key and headers.</param>
internal sealed class RecordLimits(bool portable, long maxBytes)
{
    private const int MaxUserHeaders = 64;
    private const int MaxNameBytes = 128;
    private const int MaxValueBytes = 1024;
    private const int MaxKeyBytes = 128;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Attributes = new[]
    {
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "partitionkey", "traceparent", "tracestate",
    }.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public long MaxBytes => maxBytes;

    public static long Measure(in OutboundRecord record) => (long)record.Body.Length + record.KeyBytes.Length + record.Headers.Bytes.Length;

    /// <summary>Why a record is refused; null: it is not.</summary>
    public InMemoryException? Check(in OutboundRecord record)
    {
        if (Measure(record) is var bytes && bytes > maxBytes)
            return new InMemoryException(ErrorKind.TooLarge, "record-too-large", $"The record has {bytes:N0} bytes; the broker takes {maxBytes:N0}.");
        return portable ? CheckPortable(record) : null;
    }

    private static InMemoryException? CheckPortable(in OutboundRecord record)
    {
        if (record.KeyBytes.Length > MaxKeyBytes)
            return Refuse("key-too-long", $"The key has {record.KeyBytes.Length:N0} bytes; {MaxKeyBytes} is what every broker takes.");
        if (IsPlainlyPortable(record.Headers.Bytes.Span)) return null;
        var count = 0;
        foreach (var header in record.Headers)
        {
            if (header.Name.Length > MaxNameBytes)
                return Refuse("header-name-too-long", $"A header's name has {header.Name.Length:N0} bytes; {MaxNameBytes} is what every broker takes.");
            if (header.Value.Length > MaxValueBytes)
            {
                var name = Encoding.UTF8.GetString(header.Name);
                return Refuse("header-too-long", $"The header '{name}' has {header.Value.Length:N0} bytes; {MaxValueBytes:N0} is what every broker takes.");
            }

            count++;
        }

        // Only when there are many is it worth to look which are the user's.
        return count > MaxUserHeaders && CountUserHeaders(record.Headers) is > MaxUserHeaders and var users
            ? Refuse("too-many-headers", $"The record has {users} user headers; {MaxUserHeaders} is what every broker takes.")
            : null;
    }

    // What nearly every record is, found by lengths alone. Where it says no the reason is looked for.
    private static bool IsPlainlyPortable(ReadOnlySpan<byte> block)
    {
        var count = 0;
        for (var at = HeaderLayout.IndexLength; at <= block.Length - HeaderLayout.EntryHead; count++)
        {
            var name = BinaryPrimitives.ReadUInt16LittleEndian(block[at..]);
            var value = Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(block[(at + sizeof(ushort))..]));
            if (name > MaxNameBytes || value > MaxValueBytes || count == MaxUserHeaders) return false;
            at += HeaderLayout.EntryHead + name + value;
        }

        return true;
    }

    private static int CountUserHeaders(HeaderBlock headers)
    {
        var count = 0;
        Span<char> text = stackalloc char[MaxNameBytes];
        foreach (var header in headers)
        {
            var name = text[..Encoding.UTF8.GetChars(header.Name, text)];
            var own = name.StartsWith("ef-", StringComparison.Ordinal)
                || name.SequenceEqual(InMemoryConnection.Binding.ContentTypeName)
                || (name.StartsWith(InMemoryConnection.Binding.Prefix, StringComparison.Ordinal)
                    && Attributes.Contains(name[InMemoryConnection.Binding.Prefix.Length..]));
            if (!own) count++;
        }

        return count;
    }

    private static InMemoryException Refuse(string code, string message) =>
        new(ErrorKind.Invalid, code, message + " InMemory:Portable false lifts this limit.");
}
