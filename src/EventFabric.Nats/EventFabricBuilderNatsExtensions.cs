using EventFabric;
using EventFabric.Drivers;
using EventFabric.Nats;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds NATS to EventFabric: JetStream, or subjects alone (<see cref="NatsMode"/>).</summary>
public static class EventFabricBuilderNatsExtensions
{
    /// <summary>Makes brokers of Type <c>Nats</c> available. Nothing connects until such a broker is configured. May be called more than once.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options of every NATS broker, after the configuration was read. Default: nothing.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IEventFabricBuilder AddNats(this IEventFabricBuilder builder, Action<NatsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IBrokerDriver, NatsDriver>());
        if (configure is not null)
            builder.Services.ConfigureAll(configure);
        return builder;
    }
}
