using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;
using EventFabric.Kafka.Configuration;

[assembly: EventFabricAdapter(typeof(EventFabric.Kafka.KafkaDriver))]

namespace EventFabric.Kafka;

/// <summary>The driver of brokers of <c>Type: Kafka</c>.</summary>
internal sealed class KafkaDriver : IBrokerDriver
{
    private const string Bindings = "Confluent.Kafka.Impl.NativeMethods.NativeMethods";

    /// <summary>Makes the driver. Nothing of the client library is loaded.</summary>
    // The client finds the functions of its native library by reflection; without these a trimmed or AOT-compiled program dies at its first client.
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, Bindings, "Confluent.Kafka")]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, Bindings + "_Alpine", "Confluent.Kafka")]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, Bindings + "_Centos8", "Confluent.Kafka")]
    public KafkaDriver()
    {
    }

    public string Type => "Kafka";

    public IBrokerConnection Create(BrokerContext context)
    {
        var options = context.Bind<KafkaOptions>(KafkaSettings.Read);
        return new KafkaConnection(context, options);
    }
}
