using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <summary>A record to be sent as it is: a dead letter or another copy.</summary>
/// <param name="Body">The body.</param>
/// <param name="Key">The key's bytes.</param>
/// <param name="HasKey">Whether there is a key.</param>
/// <param name="Headers">All headers, encoded.</param>
/// <param name="Flags">Only <see cref="RecordFlags.NullBody"/> is looked at.</param>
/// <param name="Id">The CloudEvents id.</param>
/// <param name="DedupId">What the broker deduplicates by; null: the id.</param>
internal readonly record struct ForwardRecord(
    ReadOnlyMemory<byte> Body,
    ReadOnlyMemory<byte> Key,
    bool HasKey,
    HeaderBlock Headers,
    RecordFlags Flags,
    CloudEventId Id,
    string? DedupId);
