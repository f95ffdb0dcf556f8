using EventFabric.Drivers;
using EventFabric.Nats.Configuration;
using EventFabric.Nats.Core;

[assembly: EventFabricAdapter(typeof(EventFabric.Nats.NatsDriver))]

namespace EventFabric.Nats;

/// <summary>The driver of brokers of <c>Type: Nats</c>.</summary>
internal sealed class NatsDriver : IBrokerDriver
{
    public string Type => "Nats";

    public IBrokerConnection Create(BrokerContext context)
    {
        var options = context.Bind<NatsOptions>(NatsSettings.Read);
        return options.Mode == NatsMode.Core ? new CoreBroker(context, options) : new NatsBroker(context, options);
    }
}
