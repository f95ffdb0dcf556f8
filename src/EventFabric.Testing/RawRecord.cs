namespace EventFabric.Testing;

/// <summary>One record as the broker's own client writes and reads it, with nothing of EventFabric between.</summary>
/// <param name="Key">The partition or ordering key; null where the record has none.</param>
/// <param name="Body">The body; null where the broker tells no body from an empty one and there is none.</param>
/// <param name="Headers">Names and values in the record's own order, duplicates kept.</param>
public sealed record RawRecord(byte[]? Key, byte[]? Body, IReadOnlyList<KeyValuePair<string, byte[]>> Headers);
