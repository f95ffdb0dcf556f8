using EventFabric;
using EventFabric.Drivers;
using EventFabric.Kafka;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Apache Kafka to EventFabric.</summary>
public static class EventFabricBuilderKafkaExtensions
{
    /// <summary>Makes brokers of Type <c>Kafka</c> available. Nothing of the client library is loaded until such a broker is configured. May be called more than once.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options of every Kafka broker, after the configuration was read. Default: nothing.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IEventFabricBuilder AddKafka(this IEventFabricBuilder builder, Action<KafkaOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IBrokerDriver, KafkaDriver>());
        if (configure is not null)
            builder.Services.ConfigureAll(configure);
        return builder;
    }
}
