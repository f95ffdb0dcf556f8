using System.Collections.Concurrent;
using EventFabric.InMemory;

namespace EventFabric;

/// <summary>
/// The store behind brokers of <c>Type: InMemory</c>. There is one per container unless hosts that should meet are given the same. Its own members are its
/// raw client: they see bytes, and know nothing of events. All members may be called from any thread.
/// </summary>
/// <remarks>The store does not bound what a group has not settled yet: a publisher that is faster than its readers fills the memory.</remarks>
public sealed class InMemoryBroker
{
    private readonly ConcurrentDictionary<string, InMemoryAddress> _addresses = new(StringComparer.Ordinal);
    private readonly SegmentPool _segments = new();

    /// <summary>The clock by which raw appends are stamped: that of the newest connection.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Appends a record as it is. An address that is not there is made, with one partition.</summary>
    /// <param name="address">The address.</param>
    /// <param name="record">The record. Its bytes are copied.</param>
    /// <exception cref="ArgumentException">A header's name is longer than 65,535 bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The address has no such partition.</exception>
    public void Append(string address, InMemoryRecord record)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        ArgumentNullException.ThrowIfNull(record);
        var store = Create(address, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(record.Partition, store.Partitions.Length, nameof(record));
        var outbound = RawRecords.ToOutbound(record);
        var timeMs = Time.GetUtcNow().ToUnixTimeMilliseconds();
        WakeList wake = default;
        lock (store.Gate) store.Append(outbound, record.Partition, timeMs, holes: false, ref wake);
        wake.Run();
    }

    /// <summary>Copies all that an address keeps. Changes nothing.</summary>
    /// <param name="address">The address; one that is not there is empty.</param>
    /// <returns>The records, partition by partition in order.</returns>
    public IReadOnlyList<InMemoryRecord> Read(string address)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        if (Find(address) is not { } store) return [];
        var records = new List<InMemoryRecord>();
        lock (store.Gate)
        {
            foreach (var partition in store.Partitions)
            {
                var cursor = new LogCursor(0);
                for (; cursor.TryPeek(partition); cursor.Advance())
                    records.Add(RawRecords.FromStored(cursor.Segment, cursor.Segment[cursor.Index], partition.Index));
            }
        }

        return records;
    }

    internal InMemoryAddress? Find(string address) => _addresses.GetValueOrDefault(address);

    /// <summary>The address, made if it is not there; another's number of partitions stands.</summary>
    internal InMemoryAddress Create(string address, int partitions) =>
        _addresses.TryGetValue(address, out var known) ? known : _addresses.GetOrAdd(address, new InMemoryAddress(address, partitions, _segments));
}
