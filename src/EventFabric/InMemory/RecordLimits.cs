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

    /// <summary>Says which records can be stored. Behind a refused one, those of its key are not sent: what is stored of a key is a prefix.</summary>
    /// <param name="records">The records.</param>
    /// <param name="outcomes">As many; gets <see cref="SendStatus.Accepted"/> where a record can be stored.</param>
    public void Check(ReadOnlySpan<OutboundRecord> records, Span<SendOutcome> outcomes)
    {
        var isRefusing = false;
        for (var i = 0; i < records.Length; i++)
        {
            outcomes[i] = default;
            if (Check(records[i]) is { } refusal)
            {
                outcomes[i] = new SendOutcome(SendStatus.Rejected, default, refusal);
                isRefusing = true;
            }
            else if (isRefusing && FollowsRefused(records, outcomes, i)) outcomes[i] = new SendOutcome(SendStatus.NotSent, default, null);
        }
    }

    private static bool FollowsRefused(ReadOnlySpan<OutboundRecord> records, ReadOnlySpan<SendOutcome> outcomes, int index)
    {
        if ((records[index].Flags & RecordFlags.HasKey) == 0) return false;
        for (var i = 0; i < index; i++)
        {
            if (outcomes[i].Status == SendStatus.Rejected
                && (records[i].Flags & RecordFlags.HasKey) != 0
                && records[i].KeyBytes.Span.SequenceEqual(records[index].KeyBytes.Span))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Why a record is refused; null: it is not.</summary>
    private InMemoryException? Check(in OutboundRecord record)
    {
        if (Measure(record) is var bytes && bytes > maxBytes)
            return new InMemoryException(ErrorKind.TooLarge, "record-too-large", $"The record has {bytes:N0} bytes; the broker takes {maxBytes:N0}.");
        return portable ? CheckPortable(record) : null;
    }

    private static InMemoryException? CheckPortable(in OutboundRecord record)
    {
        if (record.KeyBytes.Length > MaxKeyBytes)
            return Refuse("key-too-long", $"The key has {record.KeyBytes.Length:N0} bytes; {MaxKeyBytes} is what every broker takes.");
        var (count, longestName, longestValue) = HeaderLayout.Measure(record.Headers.Bytes.Span);
        if (longestName > MaxNameBytes)
            return Refuse("header-name-too-long", $"A header's name has {longestName:N0} bytes; {MaxNameBytes} is what every broker takes.");
        if (longestValue > MaxValueBytes)
        {
            var name = NameOfLongest(record.Headers, longestValue);
            return Refuse("header-too-long", $"The header '{name}' has {longestValue:N0} bytes; {MaxValueBytes:N0} is what every broker takes.");
        }

        // Only when there are many is it worth to look which are the user's.
        return count > MaxUserHeaders && CountUserHeaders(record.Headers) is > MaxUserHeaders and var users
            ? Refuse("too-many-headers", $"The record has {users} user headers; {MaxUserHeaders} is what every broker takes.")
            : null;
    }

    private static string NameOfLongest(HeaderBlock headers, int length)
    {
        foreach (var header in headers)
        {
            if (header.Value.Length == length) return Encoding.UTF8.GetString(header.Name);
        }

        return string.Empty;
    }

    private static int CountUserHeaders(HeaderBlock headers)
    {
        var count = 0;
        Span<char> text = stackalloc char[MaxNameBytes];
        foreach (var header in headers)
        {
            var name = text[..Encoding.UTF8.GetChars(header.Name, text)];
            var own = name.StartsWith("ef-", StringComparison.Ordinal)
                || name.SequenceEqual(InMemoryTraits.Binding.ContentTypeName)
                || (name.StartsWith(InMemoryTraits.Binding.Prefix, StringComparison.Ordinal)
                    && Attributes.Contains(name[InMemoryTraits.Binding.Prefix.Length..]));
            if (!own) count++;
        }

        return count;
    }

    private static InMemoryException Refuse(string code, string message) =>
        new(ErrorKind.Invalid, code, message + " InMemory:Portable false lifts this limit.");
}
