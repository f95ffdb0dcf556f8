using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;

namespace EventFabric.Testing;

/// <summary>
/// A driver around another that does on request what brokers and networks do: fails sends, loses and delays answers, loses settlements, delivers again,
/// takes partitions away, dies. It keeps the rules of the driver interface while it does.
/// </summary>
/// <param name="inner">The driver that does the work.</param>
/// <param name="plan">What goes wrong; may be changed at any time.</param>
[Experimental("EVF9001")]
public sealed class FaultDriver(IBrokerDriver inner, FaultPlan plan) : IBrokerDriver
{
    /// <inheritdoc/>
    public string Type => inner.Type;

    /// <inheritdoc/>
    public IBrokerConnection Create(BrokerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var connection = inner.Create(context);
        return connection is ITopology topology
            ? new Faults.FaultTopologyConnection(connection, topology, plan, context.Scheduler)
            : new Faults.FaultConnection(connection, plan, context.Scheduler);
    }
}
