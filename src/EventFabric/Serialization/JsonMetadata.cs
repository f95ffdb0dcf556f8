using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventFabric.Configuration;

namespace EventFabric.Serialization;

/// <summary>
/// The JSON options of one application: the library's own, with the application's resolvers chained onto them. Using a resolver's own options would
/// write one JSON under AOT and another one elsewhere.
/// </summary>
internal static class JsonMetadata
{
    internal static JsonSerializerOptions CreateOptions(FabricRegistrations registrations)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        foreach (var resolver in registrations.JsonResolvers)
            options.TypeInfoResolverChain.Add(resolver);
        foreach (var configure in registrations.JsonConfigure)
            configure(options);
        if (JsonSerializer.IsReflectionEnabledByDefault)
            options.TypeInfoResolverChain.Add(Reflection());
        options.MakeReadOnly();
        return options;
    }

    /// <summary>The metadata of a type; null when no resolver has any.</summary>
    internal static JsonTypeInfo<T>? Find<T>(JsonSerializerOptions options)
        => options.TryGetTypeInfo(typeof(T), out var metadata) ? (JsonTypeInfo<T>)metadata : null;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only where the program was built with reflection-based JSON, which trimming switches off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only where the program was built with reflection-based JSON, which AOT switches off.")]
    private static DefaultJsonTypeInfoResolver Reflection() => new();
}
