using EventFabric.Configuration.Reading;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventFabric.Configuration;

/// <summary>The steps of the options pattern one by one, so that a failed validation is a problem among others and not the end.</summary>
internal static class OptionsPipeline
{
    /// <summary>Runs every <c>Configure</c>, then every <c>PostConfigure</c>.</summary>
    public static void Configure<T>(IServiceProvider services, string name, T options)
        where T : class
    {
        foreach (var configure in services.GetServices<IConfigureOptions<T>>())
        {
            if (configure is IConfigureNamedOptions<T> named) named.Configure(name, options);
            else if (name == Options.DefaultName) configure.Configure(options);
        }

        foreach (var configure in services.GetServices<IPostConfigureOptions<T>>()) configure.PostConfigure(name, options);
    }

    /// <summary>Runs every validation and reports what failed under the path.</summary>
    public static void Validate<T>(IServiceProvider services, string name, T options, string path, SettingsSession session)
        where T : class
    {
        foreach (var validate in services.GetServices<IValidateOptions<T>>())
        {
            if (validate.Validate(name, options) is not { Failed: true, Failures: var failures }) continue;
            foreach (var failure in failures) session.Add(path, failure);
        }
    }

    /// <summary>Reports options that code configures under a name that is not there: options names are compared with case,
    /// and nothing else would notice.</summary>
    public static void CheckNames<T>(IServiceProvider services, IReadOnlyCollection<string> names, string path, SettingsSession session)
        where T : class
    {
        var configured = services.GetServices<IConfigureOptions<T>>().OfType<ConfigureNamedOptions<T>>().Select(static configure => configure.Name)
            .Concat(services.GetServices<IPostConfigureOptions<T>>().OfType<PostConfigureOptions<T>>().Select(static configure => configure.Name));
        foreach (var name in configured.OfType<string>().Distinct())
        {
            if (names.Contains(name, StringComparer.Ordinal)) continue;
            var hint = name.Length == 0 ? "pass its name as the first argument" : NearestName.Hint(name, names);
            session.Add(path, $"Configure<{typeof(T).Name}>(\"{name}\") names nothing that stands here; {hint}");
        }
    }
}
