using System.Diagnostics.CodeAnalysis;
using EventFabric;
using EventFabric.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

public static partial class EventFabricBuilderExtensions
{
    private const DynamicallyAccessedMemberTypes Constructed = DynamicallyAccessedMemberTypes.PublicConstructors;

    /// <summary>Adds a serializer for its content type, as singleton. One for <c>application/json</c> takes the place of the built-in one.</summary>
    /// <typeparam name="T">The serializer.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static IEventFabricBuilder AddSerializer<[DynamicallyAccessedMembers(Constructed)] T>(this IEventFabricBuilder builder)
        where T : class, IEventSerializer
    {
        EventFabricBuilder.Of(builder).Serializers.Add(static services => services.GetRequiredService<T>());
        builder.Services.TryAddSingleton<T>();
        return builder;
    }

    /// <summary>Adds a transform of serialized bodies, as singleton. They run in the order they were added, and in reverse when receiving.</summary>
    /// <typeparam name="T">The transform.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static IEventFabricBuilder AddPayloadTransform<[DynamicallyAccessedMembers(Constructed)] T>(this IEventFabricBuilder builder)
        where T : class, IPayloadTransform
    {
        EventFabricBuilder.Of(builder).Transforms.Add(static services => services.GetRequiredService<T>());
        builder.Services.TryAddSingleton<T>();
        return builder;
    }

    /// <summary>Adds middleware around every publish, as singleton. The first one added is the outermost.</summary>
    /// <typeparam name="T">The middleware.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static IEventFabricBuilder AddPublishMiddleware<[DynamicallyAccessedMembers(Constructed)] T>(this IEventFabricBuilder builder)
        where T : class, IPublishMiddleware
    {
        EventFabricBuilder.Of(builder).PublishMiddleware.Add(static services => services.GetRequiredService<T>());
        builder.Services.TryAddSingleton<T>();
        return builder;
    }

    /// <summary>Adds middleware around every handler call, resolved from the delivery's scope. The first one added is the outermost.</summary>
    /// <typeparam name="T">The middleware.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static IEventFabricBuilder AddHandlerMiddleware<[DynamicallyAccessedMembers(Constructed)] T>(this IEventFabricBuilder builder)
        where T : class, IHandlerMiddleware
    {
        EventFabricBuilder.Of(builder).HandlerMiddleware.Add(static services => services.GetRequiredService<T>());
        builder.Services.TryAddScoped<T>();
        return builder;
    }
}
