using EventFabric;
using EventFabric.Drivers;
using EventFabric.InMemory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

public static partial class EventFabricBuilderExtensions
{
    /// <summary>
    /// Makes brokers of Type <c>InMemory</c> available: the reference driver, for development and tests. Nothing is used until a broker of
    /// that Type is configured. May be called more than once.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="broker">
    /// The store behind every broker of the Type; give the same one to hosts that should meet. Default: one for each container.
    /// </param>
    /// <returns>The builder.</returns>
    public static IEventFabricBuilder AddInMemory(this IEventFabricBuilder builder, InMemoryBroker? broker = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (broker is null)
            builder.Services.TryAddSingleton(static _ => new InMemoryBroker());
        else
            builder.Services.Replace(ServiceDescriptor.Singleton(broker));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IBrokerDriver, InMemoryDriver>());
        return builder;
    }
}
