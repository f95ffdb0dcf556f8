using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Receiving;

/// <summary>Where reading begins. Blocks; poll thread only.</summary>
internal sealed class StartOffsets(IConsumer<Slice, Slice> consumer, TimeSpan timeout)
{
    /// <summary>The group's position where it has one; elsewhere what <paramref name="start"/> says.</summary>
    internal List<StartOffset> Of(IReadOnlyCollection<TopicPartition> partitions, StartPosition start)
    {
        var committed = consumer.Committed(partitions, timeout);
        var fresh = committed.Where(static known => known.Offset.IsSpecial).Select(static known => known.TopicPartition).ToList();
        var found = committed.Where(static known => !known.Offset.IsSpecial).Select(static known => new StartOffset(known, IsNew: false)).ToList();
        found.AddRange(Begin(fresh, start).Select(static offset => new StartOffset(offset, IsNew: true)));
        return found;
    }

    /// <summary>A place for each partition: one that the start says nothing about begins at its first record.</summary>
    internal List<TopicPartitionOffset> Begin(IReadOnlyCollection<TopicPartition> partitions, StartPosition start)
    {
        var found = Resolve(partitions, start);
        var silent = partitions.Except(found.Select(static known => known.TopicPartition)).ToList();
        return [.. found, .. Resolve(silent, StartPosition.Earliest)];
    }

    /// <summary>Offsets of a start, as numbers: what is logical here could mean another record a moment later.</summary>
    internal List<TopicPartitionOffset> Resolve(IReadOnlyCollection<TopicPartition> partitions, StartPosition start)
    {
        if (partitions.Count == 0)
            return [];
        return start.Kind switch
        {
            StartKind.Latest => [.. partitions.Select(partition => new TopicPartitionOffset(partition, Marks(partition).High))],
            StartKind.Time => ByTime(partitions, start.Time!.Value),
            StartKind.Position => [.. partitions.Select(partition => ByPosition(partition, start.Position!.Value)).OfType<TopicPartitionOffset>()],
            _ => [.. partitions.Select(partition => new TopicPartitionOffset(partition, Marks(partition).Low))],
        };
    }

    internal WatermarkOffsets Marks(TopicPartition partition) => consumer.QueryWatermarkOffsets(partition, timeout);

    private List<TopicPartitionOffset> ByTime(IReadOnlyCollection<TopicPartition> partitions, DateTimeOffset time)
    {
        var stamp = new Timestamp(time.ToUnixTimeMilliseconds(), TimestampType.CreateTime);
        var found = consumer.OffsetsForTimes(partitions.Select(partition => new TopicPartitionTimestamp(partition, stamp)), timeout);
        // Nothing is as late as that: what comes next is.
        return [.. found.Select(known => known.Offset.IsSpecial ? new TopicPartitionOffset(known.TopicPartition, Marks(known.TopicPartition).High) : new TopicPartitionOffset(known.TopicPartition, known.Offset))];
    }

    /// <summary>Null: the position is another partition's, and says nothing about this one.</summary>
    private static TopicPartitionOffset? ByPosition(TopicPartition partition, EventPosition position)
    {
        var at = RecordPosition.From(position);
        return at.Partition == partition.Partition.Value ? new TopicPartitionOffset(partition, at.Major) : null;
    }
}

/// <summary>Where a partition begins, and whether the group had no position there.</summary>
internal readonly record struct StartOffset(TopicPartitionOffset Offset, bool IsNew);
