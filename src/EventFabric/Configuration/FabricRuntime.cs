using EventFabric.Configuration.Plans;
using EventFabric.Configuration.Startup;

namespace EventFabric.Configuration;

/// <summary>What lives as long as the container: the plan and the connections of its brokers. Any thread.</summary>
internal sealed class FabricRuntime(FabricPlanSource source, Provisioner provisioner) : IAsyncDisposable
{
    /// <summary>The plan; made on first use.</summary>
    public FabricPlan Plan => source.Get();

    public Provisioner Provisioner { get; } = provisioner;

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in source.Made?.Brokers.Values ?? []) await broker.Connection.DisposeAsync().ConfigureAwait(false);
    }
}
