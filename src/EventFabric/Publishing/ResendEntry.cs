using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <summary>A record that waits behind a fence, with memory of its own.</summary>
internal sealed class ResendEntry
{
    internal OutboundRecord Record;
    internal PendingRecord Pending;

    /// <summary>Copies a record out of its batch.</summary>
    internal static ResendEntry Copy(in OutboundRecord record, in PendingRecord pending)
    {
        var entry = new ResendEntry { Record = record, Pending = pending };
        entry.Record.Body = record.Body.ToArray();
        entry.Record.KeyBytes = record.KeyBytes.ToArray();
        entry.Record.Headers = new HeaderBlock(record.Headers.Bytes.ToArray());
        entry.Pending.Fence = null;
        entry.Pending.IsTaken = false;
        return entry;
    }
}
