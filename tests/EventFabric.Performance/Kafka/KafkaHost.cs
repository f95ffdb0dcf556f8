using EventFabric.Performance.Contenders;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Kafka;

/// <summary>Applications on the rig's broker.</summary>
internal static class KafkaHost
{
    /// <param name="topic">Where the channel is.</param>
    /// <param name="settings">What is not at its default.</param>
    /// <param name="reads">Whether the subscription runs.</param>
    /// <param name="configure">Registers events and handlers.</param>
    public static FabricHost Make(string topic, Settings settings, bool reads, Action<IEventFabricBuilder> configure)
    {
        var all = new Dictionary<string, string?>(settings.ToConfiguration())
        {
            ["Source"] = "/rig",
            ["Brokers:main:Provisioning"] = "Assume",
            ["Brokers:main:Kafka:BootstrapServers"] = KafkaRig.Current.BootstrapServers,
            [$"Channels:{FabricHost.Channel}:Address"] = topic,
            [$"Subscriptions:{FabricHost.Subscription}:Enabled"] = $"{reads}",
        };
        return new FabricHost("Kafka", all, builder => configure(builder.AddKafka()));
    }
}
