using System.Collections.Immutable;
using EventFabric.Configuration.Plans;
using EventFabric.Drivers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventFabric.Configuration.Startup;

/// <summary>Sees to what a broker must have before events flow: makes it, or looks whether it is there, or leaves it alone. Once for each broker;
/// any thread.</summary>
internal sealed class Provisioner(FabricPlanSource source, FabricRegistrations registrations, FabricConfiguration configuration, ILogger logger)
{
    private readonly Dictionary<BrokerRuntime, SemaphoreSlim> _turns = [];
    private readonly HashSet<BrokerRuntime> _done = [];

    /// <summary>What a publisher needs that no host has started: the same as the start where the broker creates, otherwise nothing.</summary>
    public ValueTask EnsureCreatedAsync(BrokerRuntime broker, CancellationToken cancellationToken) =>
        broker.Provisioning == Provisioning.Create ? EnsureAsync(broker, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Provisions the broker if that has not succeeded yet.</summary>
    /// <exception cref="OptionsValidationException">Something is missing or differs and may not be created, or is there and loses events.</exception>
    public async ValueTask EnsureAsync(BrokerRuntime broker, CancellationToken cancellationToken)
    {
        if (broker.Provisioning == Provisioning.Assume || broker.Connection is not ITopology topology || IsDone(broker)) return;
        var turn = TurnOf(broker);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsDone(broker)) return;
            await ProvisionAsync(broker, topology, cancellationToken).ConfigureAwait(false);
            lock (_turns) _done.Add(broker);
        }
        finally
        {
            turn.Release();
        }
    }

    private async ValueTask ProvisionAsync(BrokerRuntime broker, ITopology topology, CancellationToken cancellationToken)
    {
        var items = await topology.InspectAsync(Plans(broker), cancellationToken).ConfigureAwait(false);
        var missing = items.RemoveAll(static item => item.State != TopologyState.Missing);
        if (broker.Provisioning == Provisioning.Create && missing.Length > 0)
        {
            await topology.ApplyAsync(missing, cancellationToken).ConfigureAwait(false);
            ConfigurationLog.Created(logger, broker.Name, missing.Length);
            missing = [];
        }

        var problems = Problems(configuration.At("Brokers", broker.Name, "Provisioning"), broker.Provisioning, missing, items).ToArray();
        if (problems.Length > 0) throw PlanCheck.Failed(problems);
        foreach (var item in items)
        {
            if (item.State is TopologyState.Drift or TopologyState.Forbidden)
                ConfigurationLog.TopologyDiffers(logger, broker.Name, item.Resource, item.State, item.Property, item.Actual, item.Wanted);
        }
    }

    /// <summary>What loses events stops every start that looks; what only differs stops one that was told to validate.</summary>
    private static IEnumerable<string> Problems(string path, Provisioning mode, ImmutableArray<TopologyItem> missing, ImmutableArray<TopologyItem> items)
    {
        foreach (var item in missing) yield return $"{path}: {item.Resource} is missing, and Validate creates nothing; create it, or write \"Create\"";
        foreach (var item in items)
        {
            if (item.State == TopologyState.Unsafe)
                yield return $"{path}: {item.Resource} has {item.Property} {item.Actual}, which loses events or their order; make it {item.Wanted}";
            if (item.State == TopologyState.Drift && mode == Provisioning.Validate)
                yield return $"{path}: {item.Resource} has {item.Property} {item.Actual}, and {item.Wanted} is configured; {Remedy(item)}, or write \"Assume\"";
        }
    }

    private static string Remedy(TopologyItem item) => item.Destructive
        ? $"configure {item.Actual}, since changing it at the broker moves keys or loses events"
        : $"make it {item.Wanted}, or configure {item.Actual}";

    /// <summary>Every channel of the broker, the groups of the subscriptions that run here, and their dead letters.</summary>
    private ImmutableArray<ChannelPlan> Plans(BrokerRuntime broker)
    {
        var plan = source.Get();
        var running = plan.Subscriptions
            .Where(subscription => subscription.Channel.Broker == broker && subscription.Enabled && registrations.Handles(subscription.Name))
            .ToArray();
        return
        [
            .. plan.Channels.Values.Where(channel => channel.Broker == broker).Select(static channel => channel.SenderPlan),
            .. running.Select(static subscription => subscription.ReceiverPlan),
            .. running.Select(static subscription => subscription.DeadLetterPlan),
        ];
    }

    private bool IsDone(BrokerRuntime broker)
    {
        lock (_turns) return _done.Contains(broker);
    }

    private SemaphoreSlim TurnOf(BrokerRuntime broker)
    {
        lock (_turns)
        {
            if (!_turns.TryGetValue(broker, out var turn)) _turns.Add(broker, turn = new SemaphoreSlim(1));
            return turn;
        }
    }
}
