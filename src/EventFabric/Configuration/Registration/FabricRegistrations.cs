using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventFabric.Subscribing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Configuration;

/// <summary>
/// What the builder's methods collect: one for each service collection, found there as an instance. Filled by one thread while services are
/// registered, only read afterwards.
/// </summary>
internal sealed class FabricRegistrations(IServiceCollection services)
{
    /// <summary>The services, to see how a handler was registered.</summary>
    public IServiceCollection Services { get; } = services;

    /// <summary>The section given to <c>AddEventFabric</c>; null: section <c>EventFabric</c> of the container's configuration.</summary>
    public IConfiguration? Section { get; set; }

    public List<EventRegistration> Events { get; } = [];

    public List<HandlerRegistration> Handlers { get; } = [];

    public List<UpcasterRegistration> Upcasters { get; } = [];

    public List<DeadLetterRule> DeadLetterRules { get; } = [];

    public List<IJsonTypeInfoResolver> JsonResolvers { get; } = [];

    public List<Action<JsonSerializerOptions>> JsonConfigure { get; } = [];

    public List<Func<IServiceProvider, IEventSerializer>> Serializers { get; } = [];

    public List<Func<IServiceProvider, IPayloadTransform>> Transforms { get; } = [];

    /// <summary>Singletons; the first is the outermost.</summary>
    public List<Func<IServiceProvider, IPublishMiddleware>> PublishMiddleware { get; } = [];

    /// <summary>Resolved from the delivery's scope; the first is the outermost.</summary>
    public List<Func<IServiceProvider, IHandlerMiddleware>> HandlerMiddleware { get; } = [];

    /// <summary>Whether the subscription has a handler in this process.</summary>
    public bool Handles(string subscription) =>
        Handlers.Exists(handler => handler.Subscription.Equals(subscription, StringComparison.OrdinalIgnoreCase));

    public void Add<T>(EventRegistration<T> registration)
        where T : notnull
    {
        var at = Events.FindIndex(known => known.ClrType == typeof(T));
        if (at < 0)
            Events.Add(registration);
        else if (Events[at].Implied)
            Events[at] = registration;
        else if (!registration.Implied)
        {
            throw new InvalidOperationException(
                $"AddEvent<{typeof(T)}> was called twice. " +
                "An event type is registered once: put channel, key and type into one call.");
        }
    }

    public void Add(HandlerRegistration registration)
    {
        foreach (var known in Handlers)
        {
            if (known.EventType == registration.EventType && string.Equals(known.Subscription, registration.Subscription, StringComparison.OrdinalIgnoreCase))
            {
                throw new InvalidOperationException(
                    $"Subscription \"{registration.Subscription}\" already has a handler for {registration.EventType}. " +
                    "There is one handler per event type and subscription: for a second one add a second subscription with a group of its own.");
            }
        }

        Handlers.Add(registration);
    }
}
