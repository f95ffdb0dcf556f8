using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>Implemented by a connection whose broker's addresses can be inspected and created.</summary>
[Experimental("EVF9001")]
public interface ITopology
{
    /// <summary>Compares what is there with what the plans need. Only reads.</summary>
    /// <param name="plans">All plans of this broker, companions included.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One item per resource, and one per property that differs.</returns>
    ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken);

    /// <summary>Makes what is missing. Idempotent: that another process did it first is success.</summary>
    /// <param name="items">Items of <see cref="InspectAsync"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Ends when all is there.</returns>
    ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken);
}
