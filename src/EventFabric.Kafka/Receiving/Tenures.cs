using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Receiving;

/// <summary>
/// The partitions of one receiver. Begun and ended on the poll thread; looked up and settled on any: whether a tenure lasts and where its position is stored
/// are one step, or a late settlement would move the position of the next owner.
/// </summary>
internal sealed class Tenures
{
    private readonly object _sync = new();
    private readonly Dictionary<int, Tenure> _known = [];

    internal bool IsEmpty
    {
        get
        {
            lock (_sync)
                return _known.Count == 0;
        }
    }

    internal Tenure[] All()
    {
        lock (_sync)
            return [.. _known.Values];
    }

    internal Tenure? Find(Partition partition)
    {
        lock (_sync)
            return _known.GetValueOrDefault(partition.Value);
    }

    internal Tenure? Find(Ownership owner)
    {
        lock (_sync)
            return _known.TryGetValue(owner.Index, out var tenure) && tenure.Owner == owner ? tenure : null;
    }

    /// <summary>Begins a tenure; one that is left over from before ends.</summary>
    internal Tenure Begin(TopicPartition partition)
    {
        var tenure = new Tenure(partition);
        lock (_sync)
        {
            if (_known.Remove(partition.Partition.Value, out var old))
                old.Owner.End();
            _known.Add(partition.Partition.Value, tenure);
        }

        return tenure;
    }

    /// <summary>Ends tenures: nothing of theirs is stored from here on.</summary>
    internal void End(IEnumerable<Tenure> ending)
    {
        lock (_sync)
        {
            foreach (var tenure in ending)
            {
                tenure.Owner.End();
                if (_known.GetValueOrDefault(tenure.Owner.Index) == tenure)
                    _known.Remove(tenure.Owner.Index);
            }
        }
    }

    /// <summary>What is stored and may be committed.</summary>
    internal static List<TopicPartitionOffset> Positions(IEnumerable<Tenure> tenures) =>
        [.. tenures.Where(static tenure => tenure.Stored >= 0).Select(static tenure => new TopicPartitionOffset(tenure.Partition, tenure.Stored))];

    /// <summary>Notes that everything of a partition up to and including a record is settled.</summary>
    internal SettleOutcome Store(IConsumer<Slice, Slice> consumer, in RecordRef record)
    {
        lock (_sync)
        {
            if (record.Owner.IsLost || !_known.TryGetValue(record.Owner.Index, out var tenure) || tenure.Owner != record.Owner)
                return new SettleOutcome(SettleStatus.LeaseLost, null);
            var position = record.Position.Major + 1;
            if (position <= tenure.Stored)
                return new SettleOutcome(SettleStatus.AlreadySettled, null);
            try
            {
                consumer.StoreOffset(new TopicPartitionOffset(tenure.Partition, position));
            }
            catch (KafkaException error) when (error.Error.Code is ErrorCode.Local_State or ErrorCode.Local_UnknownPartition)
            {
                return new SettleOutcome(SettleStatus.LeaseLost, error);
            }
            catch (Exception error) when (error is KafkaException or ObjectDisposedException)
            {
                return new SettleOutcome(SettleStatus.Failed, error);
            }

            tenure.Stored = position;
            return new SettleOutcome(SettleStatus.Sent, null);
        }
    }
}
