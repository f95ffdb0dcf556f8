using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Testing.Spying;

/// <summary>Puts a wrapper around every driver that a host was given.</summary>
internal static class DriverDecoration
{
    /// <summary>Replaces each driver's registration by one that wraps what it makes.</summary>
    internal static void Wrap(IServiceCollection services, Func<IBrokerDriver, IBrokerDriver> wrap)
    {
        for (var index = 0; index < services.Count; index++)
        {
            var known = services[index];
            if (known.ServiceType != typeof(IBrokerDriver) || known.IsKeyedService) continue;
            services[index] = ServiceDescriptor.Singleton(provider => wrap(Make(provider, known)));
        }
    }

    [SuppressMessage("Trimming", "IL2072:DynamicallyAccessedMembers", Justification = "ServiceDescriptor.ImplementationType keeps its public constructors.")]
    private static IBrokerDriver Make(IServiceProvider provider, ServiceDescriptor known) => (IBrokerDriver)(known.ImplementationInstance
        ?? known.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, known.ImplementationType!));
}
