using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Configuration;

/// <summary>The builder: the services and what was registered so far.</summary>
internal sealed class EventFabricBuilder(IServiceCollection services, FabricRegistrations registrations) : IEventFabricBuilder
{
    public IServiceCollection Services { get; } = services;

    public FabricRegistrations Registrations { get; } = registrations;

    /// <summary>The registrations behind any builder, also one that wraps ours.</summary>
    public static FabricRegistrations Of(IEventFabricBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder is EventFabricBuilder own ? own.Registrations
            : Find(builder.Services)?.Registrations
            ?? throw new InvalidOperationException("The builder's services know no EventFabric: call services.AddEventFabric() first.");
    }

    public static EventFabricBuilder? Find(IServiceCollection services)
    {
        foreach (var descriptor in services)
        {
            if (!descriptor.IsKeyedService && descriptor.ImplementationInstance is EventFabricBuilder builder) return builder;
        }

        return null;
    }
}
