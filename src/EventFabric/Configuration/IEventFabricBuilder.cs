using Microsoft.Extensions.DependencyInjection;

namespace EventFabric;

/// <summary>
/// What <c>AddEventFabric</c> returns and what every registration is an extension method on: events, handlers, serializers, adapters.
/// One for each service collection: a second <c>AddEventFabric</c> returns the same. Used while services are registered, by one thread.
/// </summary>
public interface IEventFabricBuilder
{
    /// <summary>The services that the registrations go to.</summary>
    IServiceCollection Services { get; }
}
