using EventFabric.Performance.Contenders;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Nats;

/// <summary>Applications on the rig's server.</summary>
internal static class NatsHost
{
    /// <param name="stream">Where the channel is.</param>
    /// <param name="settings">What is not at its default.</param>
    /// <param name="reads">Whether the subscription runs.</param>
    /// <param name="configure">Registers events and handlers.</param>
    public static FabricHost Make(string stream, Settings settings, bool reads, Action<IEventFabricBuilder> configure)
    {
        var all = new Dictionary<string, string?>(settings.ToConfiguration())
        {
            ["Source"] = "/rig",
            ["Brokers:main:Provisioning"] = "Assume",
            ["Brokers:main:Nats:Url"] = NatsRig.Current.Url,
            [$"Channels:{FabricHost.Channel}:Address"] = stream,
            [$"Subscriptions:{FabricHost.Subscription}:Enabled"] = $"{reads}",
        };
        return new FabricHost("Nats", all, builder => configure(builder.AddNats()));
    }
}
