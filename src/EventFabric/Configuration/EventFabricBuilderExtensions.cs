using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventFabric;
using EventFabric.Configuration;
using EventFabric.Subscribing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What an application registers: events, handlers, serializers, middleware. Every method returns the builder it was called on.</summary>
public static partial class EventFabricBuilderExtensions
{
    /// <summary>
    /// Registers an event: its name on the wire, and where and with which key it is published. Routing is code, the same in every environment.
    /// Once for each type.
    /// </summary>
    /// <typeparam name="T">The event.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="channel">The channel it is published to, a name under <c>Channels</c>; null: the caller of the publisher says it,
    /// or the event is only received.</param>
    /// <param name="key">Reads the key whose order is kept from an event; null, or a null key: not ordered. Called by any thread.</param>
    /// <param name="type">The CloudEvents type; null: the one of <see cref="EventTypeAttribute"/>.</param>
    /// <param name="contentType">The media type, which chooses the serializer; null: <c>application/json</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The type was added already.</exception>
    public static IEventFabricBuilder AddEvent<T>(
        this IEventFabricBuilder builder,
        string? channel = null,
        Func<T, string?>? key = null,
        string? type = null,
        string? contentType = null)
        where T : notnull
    {
        NotBlank(channel, nameof(channel));
        NotBlank(type, nameof(type));
        NotBlank(contentType, nameof(contentType));
        EventFabricBuilder.Of(builder).Add(new EventRegistration<T>(channel, key, type, contentType));
        return builder;
    }

    /// <summary>Lets events of an older type reach the handlers of a newer one. Several make a chain.</summary>
    /// <typeparam name="TOld">The type that arrives; registered by this call when nothing else does.</typeparam>
    /// <typeparam name="TNew">The type that handlers take.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="upcast">Makes the new event from the old one. Called by any thread; an exception makes the event a dead letter.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The older type already has an upcaster.</exception>
    public static IEventFabricBuilder AddUpcaster<TOld, TNew>(this IEventFabricBuilder builder, Func<TOld, TNew> upcast)
        where TOld : notnull
        where TNew : notnull
    {
        ArgumentNullException.ThrowIfNull(upcast);
        var registrations = EventFabricBuilder.Of(builder);
        if (registrations.Upcasters.Exists(known => known.From == typeof(TOld)))
            throw new InvalidOperationException($"{typeof(TOld)} already has an upcaster. An event type becomes one other type: chain the upcasters instead.");
        registrations.Add(new EventRegistration<TOld>(null, null, null, null, implied: true));
        registrations.Upcasters.Add(new UpcasterRegistration<TOld, TNew>(upcast));
        return builder;
    }

    /// <summary>
    /// Handles an event in a subscription with a class from the container. One handler for each event type and subscription; fan-out is two subscriptions.
    /// The class is created in a scope of its own for each attempt, unless the application registers it as singleton.
    /// Registers the event as well, without a channel.
    /// </summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <typeparam name="THandler">The class.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="subscription">A name under <c>Subscriptions</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The subscription already has a handler for the event.</exception>
    public static IEventFabricBuilder AddHandler<TEvent, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IEventFabricBuilder builder,
        string subscription)
        where TEvent : notnull
        where THandler : class, IEventHandler<TEvent>
    {
        Register<TEvent>(builder, new HandlerRegistration<TEvent, THandler>(Named(subscription)));
        builder.Services.TryAddScoped<THandler>();
        return builder;
    }

    /// <summary>Handles an event in a subscription with a delegate; a scope is created only when it reads <c>Services</c>.
    /// Registers the event as well, without a channel.</summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="subscription">A name under <c>Subscriptions</c>.</param>
    /// <param name="handler">Called by any thread, for several events at once.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The subscription already has a handler for the event.</exception>
    public static IEventFabricBuilder AddHandler<TEvent>(
        this IEventFabricBuilder builder,
        string subscription,
        Func<EventContext<TEvent>, CancellationToken, ValueTask<Settlement>> handler)
        where TEvent : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        Register<TEvent>(builder, new DelegateHandlerRegistration<TEvent>(Named(subscription), handler));
        return builder;
    }

    /// <summary>Handles batches of an event in a subscription with a class from the container; otherwise like <c>AddHandler</c>.</summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <typeparam name="THandler">The class.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="subscription">A name under <c>Subscriptions</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The subscription already has a handler for the event.</exception>
    public static IEventFabricBuilder AddBatchHandler<TEvent, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IEventFabricBuilder builder,
        string subscription)
        where TEvent : notnull
        where THandler : class, IEventBatchHandler<TEvent>
    {
        Register<TEvent>(builder, new BatchHandlerRegistration<TEvent, THandler>(Named(subscription)));
        builder.Services.TryAddScoped<THandler>();
        return builder;
    }

    /// <summary>Makes an event a dead letter at once, without further attempts, when its handler throws this exception or a derived one.</summary>
    /// <typeparam name="TException">The exception.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="subscription">The subscription that it holds for; null: all of them.</param>
    /// <returns>The builder.</returns>
    public static IEventFabricBuilder DeadLetterOn<TException>(this IEventFabricBuilder builder, string? subscription = null)
        where TException : Exception
    {
        NotBlank(subscription, nameof(subscription));
        EventFabricBuilder.Of(builder).DeadLetterRules.Add(new DeadLetterRule(typeof(TException), subscription));
        return builder;
    }

    /// <summary>
    /// Adds JSON metadata for events: a source-generated <c>JsonSerializerContext</c>. Additive: several calls chain. The library's own options
    /// (<see cref="JsonSerializerDefaults.Web"/>) hold for all of them, so JIT and AOT write the same JSON.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="resolver">The metadata. In an AOT-compiled program a type without any fails the start.</param>
    /// <param name="configure">Changes the options, converters for example.</param>
    /// <returns>The builder.</returns>
    public static IEventFabricBuilder AddJson(this IEventFabricBuilder builder, IJsonTypeInfoResolver resolver, Action<JsonSerializerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        var registrations = EventFabricBuilder.Of(builder);
        registrations.JsonResolvers.Add(resolver);
        if (configure is not null) registrations.JsonConfigure.Add(configure);
        return builder;
    }

    private static void Register<TEvent>(IEventFabricBuilder builder, HandlerRegistration handler)
        where TEvent : notnull
    {
        var registrations = EventFabricBuilder.Of(builder);
        registrations.Add(handler);
        registrations.Add(new EventRegistration<TEvent>(null, null, null, null, implied: true));
    }

    private static string Named(string subscription)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(subscription);
        return subscription;
    }

    private static void NotBlank(string? value, string name)
    {
        if (value is not null) ArgumentException.ThrowIfNullOrWhiteSpace(value, name);
    }
}
