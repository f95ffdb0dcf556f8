using System.Globalization;
using System.Text;
using EventFabric.Drivers;

namespace EventFabric.DeadLettering;

/// <summary>The headers of a dead letter: the original ones, untouched and in their order, then ours.</summary>
internal static class DeadLetterHeaders
{
    public const int MaxDescriptionBytes = 1024;

    /// <summary>A reason is short by its meaning; what a handler says is bounded all the same.</summary>
    public const int MaxReasonBytes = 256;

    public static ReadOnlySpan<byte> Reason => "ef-reason"u8;

    public static ReadOnlySpan<byte> Description => "ef-description"u8;

    public static ReadOnlySpan<byte> Attempts => "ef-attempts"u8;

    public static ReadOnlySpan<byte> FailedAt => "ef-failed-at"u8;

    public static ReadOnlySpan<byte> Origin => "ef-origin"u8;

    public static ReadOnlySpan<byte> Subscription => "ef-subscription"u8;

    public static ReadOnlySpan<byte> Group => "ef-group"u8;

    /// <param name="original">The block of the record.</param>
    /// <param name="binding">How it names its attributes.</param>
    /// <param name="facts">What is added.</param>
    /// <param name="detail">How much of it.</param>
    public static HeaderBlock Write(HeaderBlock original, CloudEventsBinding binding, DeadLetterFacts facts, DeadLetterDetail detail)
    {
        var writer = new HeaderWriter(binding);
        if (HasOwn(original))
            CopyOthers(original, writer);
        else
            writer.Begin(original);
        writer.Add(Reason, Cut(facts.Reason, MaxReasonBytes));
        if (detail == DeadLetterDetail.Full && facts.Description is { Length: > 0 } description)
            writer.Add(Description, Cut(description, MaxDescriptionBytes));
        Add(writer, Attempts, facts.Attempts.ToString(CultureInfo.InvariantCulture));
        Add(writer, FailedAt, facts.FailedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        if (detail >= DeadLetterDetail.WithoutDescription)
            Add(writer, Origin, facts.Origin);
        Add(writer, Subscription, facts.Subscription);
        Add(writer, Group, facts.Group);
        return writer.ToBlock();
    }

    /// <summary>At most so many bytes, not in the middle of a character.</summary>
    private static byte[] Cut(string text, int maxBytes)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length <= maxBytes)
            return bytes;
        var end = maxBytes;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80)
            end--;
        return bytes[..end];
    }

    private static void Add(HeaderWriter writer, ReadOnlySpan<byte> name, string value) => writer.Add(name, Encoding.UTF8.GetBytes(value));

    private static bool HasOwn(HeaderBlock block) => block.TryGet(Reason, out _);

    /// <summary>A dead letter that fails again tells of its newest failure only.</summary>
    private static void CopyOthers(HeaderBlock block, HeaderWriter writer)
    {
        foreach (var entry in block)
        {
            if (IsOwn(entry.Name))
                continue;
            if (entry.IsNull)
                writer.AddNull(entry.Name);
            else
                writer.Add(entry.Name, entry.Value);
        }
    }

    private static bool IsOwn(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(Reason) || name.SequenceEqual(Description) || name.SequenceEqual(Attempts) || name.SequenceEqual(FailedAt)
        || name.SequenceEqual(Origin) || name.SequenceEqual(Subscription) || name.SequenceEqual(Group);
}
