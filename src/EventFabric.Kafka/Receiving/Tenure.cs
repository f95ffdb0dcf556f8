using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Receiving;

/// <summary>One partition, as long as it is ours without a break.</summary>
internal sealed class Tenure(TopicPartition partition)
{
    private volatile bool _flowClosed;

    internal TopicPartition Partition { get; } = partition;

    internal Ownership Owner { get; } = new(partition.Partition.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), partition.Partition.Value);

    /// <summary>The offset behind the last settled record; -1: nothing was settled. Under the lock of the tenures.</summary>
    internal long Stored { get; set; } = -1;

    internal bool FlowClosed
    {
        get => _flowClosed;
        set => _flowClosed = value;
    }

    /// <summary>What the client was told last. Null: nothing in this tenure, and what holds is what was said in an earlier one. Poll thread only.</summary>
    internal bool? Paused { get; set; }

    /// <summary>Where a browse ends: behind the last record as of open; 0 elsewhere. Poll thread only.</summary>
    internal long End { get; set; }

    /// <summary>Whether a browse has come to <see cref="End"/>. Poll thread only.</summary>
    internal bool IsRead { get; set; }
}
