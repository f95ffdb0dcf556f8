using EventFabric.Drivers;

namespace EventFabric.Nats.Sending;

/// <summary>How many bytes a record has for the server at most: body and headers.</summary>
internal static class RecordSize
{
    /// <summary>Version line, blank line, message id and what a record may have besides its headers.</summary>
    private const int HeadBytes = 160;

    internal static long Of(in OutboundRecord record)
    {
        long length = HeadBytes + record.Body.Length + (record.DedupId?.Length * 3 ?? record.Id.Utf8Length);
        if ((record.Flags & RecordFlags.HasKey) != 0)
            length += HeaderNames.Key.Length + 4 + (record.KeyBytes.Length * 3);
        foreach (var entry in record.Headers)
            length += WireText.NameLength(entry.Name) + WireText.ValueLength(entry.Value) + 4;
        return length;
    }
}
