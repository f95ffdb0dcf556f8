using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>What the two profiles can do.</summary>
internal static class InMemoryCapabilities
{
    private static readonly ImmutableArray<CapabilityCell> Both =
    [
        Native(Capability.AtLeastOnce, "as long as the process lives"),
        Native(Capability.PublishPosition),
        Native(Capability.Tombstone),
        Native(Capability.BatchPublish),
        Native(Capability.KeyConcurrency),
        Native(Capability.StartPosition),
        Native(Capability.DlqPeek),
        Native(Capability.Pause),
        Native(Capability.Provisioning),
    ];

    public static ImmutableArray<CapabilityCell> Log { get; } = Both.AddRange(
        Native(Capability.OrderingKey, "a key's partition has one owner"),
        new CapabilityCell(Capability.LeaseExtend, Support.Emulated, "no lease: a record is its receiver's as long as the partition is"),
        new CapabilityCell(Capability.CrashGuard, Support.Unsupported, "a log does not count deliveries"));

    public static ImmutableArray<CapabilityCell> Queue { get; } = Both.AddRange(
        Native(Capability.OrderingKey, "a key's leased records hold back its later ones"),
        Native(Capability.LeaseExtend),
        Native(Capability.CrashGuard, "deliveries are counted"));

    private static CapabilityCell Native(Capability capability, string? how = null) => new(capability, Support.Native, how);
}
