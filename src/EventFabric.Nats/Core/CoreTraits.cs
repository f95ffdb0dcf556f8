using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Nats.Core;

/// <summary>What NATS can do without streams.</summary>
internal static class CoreTraits
{
    private const string KeepsNothing = "core NATS keeps nothing";

    internal static ReceiveTraits Receive { get; } = new(
        AckMode.PerRecord,
        ReleaseMode.Never,
        MaxDelay: TimeSpan.Zero,
        Lease: null,
        MaxLease: TimeSpan.MaxValue,
        Partitioned: false,
        OrderedPerKey: false,
        SettleChunk: 1024,
        CommitInterval: TimeSpan.Zero,
        GroupWideSeek: false,
        NatsTraits.Binding);

    internal static ImmutableArray<CapabilityCell> Capabilities { get; } =
    [
        None(Capability.AtLeastOnce, "an event that nobody receives or finishes is gone"),
        None(Capability.PublishPosition, KeepsNothing),
        new(Capability.Tombstone, Support.Emulated, "a header says so"),
        new(Capability.BatchPublish, Support.Native, null),
        None(Capability.OrderingKey, "the server deals events out to the members of a group as they come"),
        None(Capability.KeyConcurrency, "keys mean nothing here"),
        new(Capability.LeaseExtend, Support.Emulated, "no lease: nobody else gets the event"),
        new(Capability.StartPosition, Support.Native, "Latest, and nothing else"),
        None(Capability.DlqPeek, KeepsNothing),
        None(Capability.CrashGuard, "the server does not count, and delivers nothing again"),
        None(Capability.PublishDedup, KeepsNothing),
        None(Capability.DelayedDelivery, KeepsNothing),
        None(Capability.Ttl, KeepsNothing),
        None(Capability.SeekTime, KeepsNothing),
        None(Capability.SeekPosition, KeepsNothing),
        None(Capability.Pause, "what comes meanwhile is gone"),
        new(Capability.Provisioning, Support.Emulated, "a subject need not be made"),
        None(Capability.Lag, KeepsNothing),
    ];

    private static CapabilityCell None(Capability capability, string how) => new(capability, Support.Unsupported, how);
}
