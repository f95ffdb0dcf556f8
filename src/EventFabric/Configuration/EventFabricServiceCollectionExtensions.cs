using EventFabric;
using EventFabric.Configuration;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds EventFabric to an application.</summary>
public static class EventFabricServiceCollectionExtensions
{
    /// <summary>
    /// Adds publisher, subscriptions and the hosted service that runs them. A second call returns the same builder, so modules can add to it.
    /// Nothing is read or connected before the host starts or the first event is published.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="section">The section that holds <c>Brokers</c>, <c>Channels</c> and the rest; null:
    /// section <c>EventFabric</c> of the <see cref="IConfiguration"/> in the container.</param>
    /// <returns>The builder that everything else is registered on.</returns>
    /// <exception cref="InvalidOperationException">An earlier call named a different section.</exception>
    public static IEventFabricBuilder AddEventFabric(this IServiceCollection services, IConfiguration? section = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = EventFabricBuilder.Find(services);
        if (builder is null)
        {
            builder = new EventFabricBuilder(services, new FabricRegistrations(services));
            services.AddSingleton(builder);
            services.AddConfiguration(builder.Registrations);
        }

        var registrations = builder.Registrations;
        if (section is not null && registrations.Section is not null && !Same(section, registrations.Section))
        {
            throw new InvalidOperationException(
                $"AddEventFabric was called with the sections {Describe(registrations.Section)} and {Describe(section)}. " +
                "An application has one: pass it in the first call and call AddEventFabric() without a section elsewhere.");
        }

        registrations.Section ??= section;
        return builder;
    }

    // GetSection gives a new object at each call.
    private static bool Same(IConfiguration left, IConfiguration right) =>
        ReferenceEquals(left, right) || (left is IConfigurationSection { Path: var one } && right is IConfigurationSection { Path: var other } && one == other);

    private static string Describe(IConfiguration section) => section is IConfigurationSection { Path: var path } ? $"\"{path}\"" : "(root)";
}
