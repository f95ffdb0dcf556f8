using System.Collections.Immutable;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Configuration;

namespace EventFabric.Nats.Core;

/// <summary>One configured NATS system, used without streams: an address is a subject, a group a queue group. Refuses what would need streams.</summary>
internal sealed class CoreBroker(BrokerContext context, NatsOptions options) : IBrokerConnection, ITopology
{
    private readonly NatsLink _link = new(context, options);

    public object? ReadChannel(SettingsReader settings) => NatsChannel.Read(settings);

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues)
    {
        if (NatsNames.Problem(plan.Address) is { } problem)
            issues.Add(new ConfigurationIssue("Address", problem));
        if (plan.Settings is NatsChannel channel)
        {
            foreach (var name in channel.Given())
                issues.Add(new ConfigurationIssue($"Nats:{name}", "says something of a stream, and Mode Core has none; remove it, or write \"Mode\": \"JetStream\" at the broker"));
        }

        if (plan is { Role: ChannelRole.Main, Group: not null, Mode: ReceiveMode.Consume } && plan.Start.Kind != StartKind.Latest)
            issues.Add(new ConfigurationIssue("Start", "with Mode Core only what comes from now on is delivered, since nothing is kept; write \"Start\": \"Latest\", or \"Mode\": \"JetStream\" at the broker"));
        return CoreTraits.Capabilities;
    }

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => NatsNames.Of(main, role, tier);

    public ErrorInfo Classify(Exception error) => NatsErrors.Classify(error);

    public async ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken)
    {
        await _link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return new CoreSender(_link, plan.Address, _link.MaxRecordBytes(plan), plan.OperationTimeout);
    }

    public async ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken)
    {
        if (plan.Mode == ReceiveMode.Browse)
            throw new NotSupportedException($"What was published to \"{plan.Address}\" cannot be read again: with Mode Core it is kept nowhere.");
        await _link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await CoreReceiver.OpenAsync(_link, plan, events, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>There is nothing to make or to miss; that the server is there is seen all the same.</summary>
    public async ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken)
    {
        await _link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return [];
    }

    public ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken) => default;

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
