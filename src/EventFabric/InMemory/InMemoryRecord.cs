namespace EventFabric;

/// <summary>
/// A record as the in-memory broker keeps it: what its raw client appends and reads, and what <c>TryGetNative</c> gives.
/// </summary>
/// <param name="Key">The key; null: none.</param>
/// <param name="Body">The body; null: a tombstone, which is not the same as an empty body.</param>
/// <param name="Headers">Names and values in order; duplicates are kept. A null value is kept as null.</param>
/// <param name="Partition">The partition; -1 in an append: chosen by the key, and in turn without one.</param>
/// <param name="Offset">The position within the partition; of no meaning in an append.</param>
public sealed record InMemoryRecord(
    byte[]? Key,
    byte[]? Body,
    IReadOnlyList<KeyValuePair<string, byte[]>> Headers,
    int Partition = -1,
    long Offset = -1);
