using System.Collections.Immutable;
using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.Testing.Faults;

/// <summary>The same for a connection that can inspect and create.</summary>
internal sealed class FaultTopologyConnection(IBrokerConnection inner, ITopology topology, FaultPlan plan, WorkScheduler scheduler)
    : FaultConnection(inner, plan, scheduler), ITopology
{
    public ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken) =>
        topology.InspectAsync(plans, cancellationToken);

    public ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken) => topology.ApplyAsync(items, cancellationToken);
}
