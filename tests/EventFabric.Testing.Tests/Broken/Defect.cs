using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>What is wrong with a broker, or with what the engine does to it: each member may put something broken in the place of what is right.</summary>
internal abstract class Defect
{
    internal virtual ISender Sender(ISender inner, ChannelPlan plan) => inner;

    internal virtual IReceiver Receiver(IReceiver inner, ChannelPlan plan) => inner;

    internal virtual ImmutableArray<CapabilityCell> Resolved(ImmutableArray<CapabilityCell> cells) => cells;

    internal virtual IReceiverEvents Events(IReceiverEvents inner, ChannelPlan plan) => inner;

    internal virtual ChannelPlan ReceiverPlan(ChannelPlan plan) => plan;

    internal virtual ValueTask ApplyAsync(ITopology topology, ImmutableArray<TopologyItem> items, CancellationToken cancellationToken) =>
        topology.ApplyAsync(items, cancellationToken);

    internal virtual ValueTask<ISender> OpenSenderAsync(IBrokerConnection connection, ChannelPlan plan, CancellationToken cancellationToken) =>
        connection.OpenSenderAsync(plan, cancellationToken);

    internal virtual ImmutableArray<TopologyItem> Inspected(ImmutableArray<TopologyItem> items, ImmutableArray<ChannelPlan> plans) => items;
}

/// <summary>A driver with a defect.</summary>
internal sealed class DefectiveDriver(IBrokerDriver inner, Defect defect) : IBrokerDriver
{
    public string Type => inner.Type;

    public IBrokerConnection Create(BrokerContext context) => new Connection(inner.Create(context), defect);

    private sealed class Connection(IBrokerConnection inner, Defect defect) : IBrokerConnection, ITopology
    {
        public object? ReadChannel(SettingsReader settings) => inner.ReadChannel(settings);

        public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues) => defect.Resolved(inner.Resolve(plan, issues));

        public string NameFor(ChannelPlan main, ChannelRole role, int tier) => inner.NameFor(main, role, tier);

        public ErrorInfo Classify(Exception error) => inner.Classify(error);

        public async ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken) =>
            defect.Sender(await defect.OpenSenderAsync(inner, plan, cancellationToken), plan);

        public async ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken) =>
            defect.Receiver(await inner.OpenReceiverAsync(plan.Mode == ReceiveMode.Consume ? defect.ReceiverPlan(plan) : plan, defect.Events(events, plan), cancellationToken), plan);

        public async ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken) =>
            defect.Inspected(await ((ITopology)inner).InspectAsync(plans, cancellationToken), plans);

        public ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken) =>
            defect.ApplyAsync((ITopology)inner, items, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
