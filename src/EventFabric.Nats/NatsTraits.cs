using System.Collections.Immutable;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;

namespace EventFabric.Nats;

/// <summary>What a JetStream stream can do.</summary>
internal static class NatsTraits
{
    /// <summary>
    /// NATS protocol binding for CloudEvents 1.0: attributes as headers <c>ce-</c>, the content type of the data among them; a structured event says so in
    /// <c>Content-Type</c>.
    /// </summary>
    internal static CloudEventsBinding Binding { get; } = new("ce-", "ce-datacontenttype", PercentEncoded: true);

    /// <summary>A consumer that its members share: each record is leased, and settled by itself.</summary>
    internal static ReceiveTraits Shared(TimeSpan lease) => new(
        AckMode.PerRecord,
        ReleaseMode.Delayed,
        MaxDelay: TimeSpan.FromDays(7),
        Lease: lease,
        MaxLease: TimeSpan.MaxValue,
        Partitioned: false,
        OrderedPerKey: false,
        SettleChunk: 4096,
        CommitInterval: TimeSpan.Zero,
        GroupWideSeek: true,
        Binding);

    /// <summary>A consumer for each partition, which has one owner.</summary>
    internal static ReceiveTraits Partitioned { get; } = new(
        AckMode.Cumulative,
        ReleaseMode.Never,
        MaxDelay: TimeSpan.Zero,
        Lease: null,
        MaxLease: TimeSpan.MaxValue,
        Partitioned: true,
        OrderedPerKey: true,
        SettleChunk: 256,
        CommitInterval: TimeSpan.FromMilliseconds(50),
        GroupWideSeek: true,
        Binding);

    internal static ImmutableArray<CapabilityCell> Capabilities(ServerFeatures server, OrderingMode ordering) =>
    [
        Native(Capability.AtLeastOnce),
        Native(Capability.PublishPosition, "the sequence in the stream"),
        new(Capability.Tombstone, Support.Emulated, "a header says so"),
        Native(Capability.BatchPublish),
        server.HasPartitionOwners
            ? new(Capability.OrderingKey, Support.Emulated, "keys have partitions, a partition has one owner")
            : new(Capability.OrderingKey, Support.Unsupported, "order needs nats-server 2.14: consumers that are pinned and can be reset"),
        new(Capability.KeyConcurrency, server.HasPartitionOwners ? Support.Native : Support.Unsupported),
        ordering == OrderingMode.PerKey
            ? new(Capability.LeaseExtend, Support.Emulated, "no lease: a record is its receiver's as long as the partition is")
            : Native(Capability.LeaseExtend, "in progress"),
        Native(Capability.StartPosition),
        Native(Capability.DlqPeek),
        ordering == OrderingMode.PerKey
            ? new(Capability.CrashGuard, Support.Unsupported, "the count of deliveries starts again with each owner")
            : new(Capability.CrashGuard, Support.Emulated, "by the server's count of deliveries"),
        Native(Capability.PublishDedup, "by Nats-Msg-Id, as long as the stream's duplicate window"),
        server.HasSchedules ? Native(Capability.DelayedDelivery, "message schedules") : new(Capability.DelayedDelivery, Support.Unsupported, "needs nats-server 2.12"),
        server.HasTtl ? Native(Capability.Ttl, "Nats-TTL") : new(Capability.Ttl, Support.Unsupported, "needs nats-server 2.11"),
        Native(Capability.SeekTime, "moves the whole group"),
        Native(Capability.SeekPosition, "moves the whole group"),
        Native(Capability.Pause),
        Native(Capability.Provisioning),
        Native(Capability.Lag),
    ];

    private static CapabilityCell Native(Capability capability, string? how = null) => new(capability, Support.Native, how);
}
