using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Kafka;

/// <summary>What a Kafka topic can do.</summary>
internal static class KafkaTraits
{
    internal static CloudEventsBinding Binding { get; } = new("ce_", "content-type");

    /// <summary>Acknowledgements are positions that are stored here and committed by the client once a second.</summary>
    internal static ReceiveTraits Receive { get; } = new(
        AckMode.Cumulative,
        ReleaseMode.Never,
        MaxDelay: TimeSpan.Zero,
        Lease: null,
        MaxLease: TimeSpan.MaxValue,
        Partitioned: true,
        OrderedPerKey: true,
        SettleChunk: 1024,
        CommitInterval: TimeSpan.FromMilliseconds(100),
        GroupWideSeek: false,
        Binding);

    internal static ImmutableArray<CapabilityCell> Capabilities { get; } =
    [
        Native(Capability.AtLeastOnce),
        Native(Capability.PublishPosition),
        Native(Capability.Tombstone),
        Native(Capability.BatchPublish),
        Native(Capability.OrderingKey, "a key's partition has one owner"),
        Native(Capability.KeyConcurrency),
        new(Capability.LeaseExtend, Support.Emulated, "no lease: a record is its receiver's as long as the partition is"),
        Native(Capability.StartPosition),
        Native(Capability.DlqPeek),
        new(Capability.CrashGuard, Support.Unsupported, "a log does not count deliveries"),
        Native(Capability.SeekTime, "offsets by time; each member moves its own partitions"),
        Native(Capability.SeekPosition, "each member moves its own partitions"),
        Native(Capability.Pause),
        Native(Capability.Provisioning),
        Native(Capability.Lag),
    ];

    private static CapabilityCell Native(Capability capability, string? how = null) => new(capability, Support.Native, how);
}
