using System.Collections.Immutable;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Configuration;
using EventFabric.Nats.Receiving;
using EventFabric.Nats.Sending;
using EventFabric.Nats.Topology;

namespace EventFabric.Nats;

/// <summary>One configured NATS system: a connection for all channels, made at the first open, and one more for the records that are sent.</summary>
internal sealed class NatsBroker : IBrokerConnection, ITopology
{
    private readonly NatsOptions _options;
    private readonly NatsLink _link;
    private readonly StreamAdmin _streams;

    internal NatsBroker(BrokerContext context, NatsOptions options)
    {
        _options = options;
        _link = new NatsLink(context, options);
        _streams = new StreamAdmin(_link);
    }

    public object? ReadChannel(SettingsReader settings) => NatsChannel.Read(settings);

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues)
    {
        if (NatsNames.Problem(plan.Address) is { } problem)
            issues.Add(new ConfigurationIssue("Address", problem));
        return NatsTraits.Capabilities(_link.Server, plan.Ordering);
    }

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => NatsNames.Of(main, role, tier);

    public ErrorInfo Classify(Exception error) => NatsErrors.Classify(error);

    public async ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken)
    {
        var stream = await _streams.RequireAsync(plan, cancellationToken).ConfigureAwait(false);
        var sender = new NatsSender(_link, stream, _link.MaxRecordBytes(plan), plan.OperationTimeout);
        await sender.OpenAsync(cancellationToken).ConfigureAwait(false);
        return sender;
    }

    public async ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken)
    {
        var stream = await _streams.RequireAsync(plan, cancellationToken).ConfigureAwait(false);
        var consumers = new ConsumerAdmin(_link, stream, plan, _options.Lease);
        if (plan.Mode == ReceiveMode.Browse)
            return await BrowseReceiver.OpenAsync(_link, stream, consumers, plan, events, cancellationToken).ConfigureAwait(false);
        if (plan.Ordering == OrderingMode.PerKey && _link.Server.HasPartitionOwners)
            return await PartitionReceiver.OpenAsync(_link, stream, consumers, plan, events, _options.SessionTimeout, cancellationToken).ConfigureAwait(false);
        return await SharedReceiver.OpenAsync(_link, stream, consumers, plan, events, _options.Lease, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken) =>
        _streams.InspectAsync(plans, cancellationToken);

    public ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken) => _streams.ApplyAsync(items, cancellationToken);

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
