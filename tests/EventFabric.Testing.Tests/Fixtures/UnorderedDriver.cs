using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Testing.Tests.Fixtures;

/// <summary>A driver around another, whose broker keeps no order per key: it says so, and its plans never ask the other for any.</summary>
internal sealed class UnorderedDriver(IBrokerDriver inner) : IBrokerDriver
{
    public string Type => inner.Type;

    public IBrokerConnection Create(BrokerContext context) => new Connection(inner.Create(context));

    private sealed class Connection(IBrokerConnection inner) : IBrokerConnection, ITopology
    {
        public object? ReadChannel(SettingsReader settings) => inner.ReadChannel(settings);

        public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues) =>
            [.. inner.Resolve(plan, issues).Where(static cell => cell.Capability != Capability.OrderingKey)];

        public string NameFor(ChannelPlan main, ChannelRole role, int tier) => inner.NameFor(main, role, tier);

        public ErrorInfo Classify(Exception error) => inner.Classify(error);

        public ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken) => inner.OpenSenderAsync(plan, cancellationToken);

        public ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken) =>
            inner.OpenReceiverAsync(plan with { Ordering = OrderingMode.None }, events, cancellationToken);

        public ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken) =>
            ((ITopology)inner).InspectAsync(plans, cancellationToken);

        public ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken) => ((ITopology)inner).ApplyAsync(items, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
