using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Testing.Spying;

/// <summary>Tells a spy what passes between engine and driver, and changes nothing that the spy was not asked to.</summary>
internal sealed class SpyDriver(IBrokerDriver inner, DriverSpy spy, HostTenures tenures) : IBrokerDriver
{
    public string Type => inner.Type;

    public IBrokerConnection Create(BrokerContext context)
    {
        var connection = inner.Create(context);
        spy.OnConnection(connection);
        return connection is ITopology ? new SpyTopologyConnection(connection, spy, tenures) : new SpyConnection(connection, spy, tenures);
    }

    private class SpyConnection(IBrokerConnection inner, DriverSpy spy, HostTenures tenures) : IBrokerConnection
    {
        protected IBrokerConnection Inner => inner;

        protected DriverSpy Spy => spy;

        public object? ReadChannel(SettingsReader settings) => inner.ReadChannel(settings);

        public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues)
        {
            var cells = inner.Resolve(plan, issues);
            if (spy.ChangeCapability is { } change) cells = [.. cells.Select(change)];
            spy.OnResolved(plan, cells);
            return cells;
        }

        public string NameFor(ChannelPlan main, ChannelRole role, int tier) => inner.NameFor(main, role, tier);

        public ErrorInfo Classify(Exception error) => inner.Classify(error);

        public async ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken)
        {
            var sender = await inner.OpenSenderAsync(plan, cancellationToken).ConfigureAwait(false);
            spy.OnSender(plan, sender);
            return new SpySender(sender, spy);
        }

        public async ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken)
        {
            var told = plan.Mode == ReceiveMode.Consume ? tenures.Watch(events) : events;
            var receiver = await inner.OpenReceiverAsync(plan, told, cancellationToken).ConfigureAwait(false);
            spy.OnReceiver(plan, receiver);
            return receiver;
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class SpyTopologyConnection(IBrokerConnection inner, DriverSpy spy, HostTenures tenures) : SpyConnection(inner, spy, tenures), ITopology
    {
        public async ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken)
        {
            var items = await ((ITopology)Inner).InspectAsync(plans, cancellationToken).ConfigureAwait(false);
            return await Spy.OnInspectedAsync(items).ConfigureAwait(false);
        }

        public ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken) =>
            ((ITopology)Inner).ApplyAsync(items, cancellationToken);
    }

    private sealed class SpySender(ISender inner, DriverSpy spy) : ISender
    {
        public SendTraits Traits => spy.LowerSendTraits is { } lower ? lower(inner.Traits) : inner.Traits;

        public long Measure(in OutboundRecord record) => inner.Measure(in record);

        public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
        {
            spy.OnSend(inner, batch);
            return inner.SendAsync(batch, abort);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
