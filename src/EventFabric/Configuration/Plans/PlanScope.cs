using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using Microsoft.Extensions.Logging;

namespace EventFabric.Configuration.Plans;

/// <summary>What the parts of one plan share while it is made: where settings and services are, and the problems so far. One thread, once.</summary>
internal sealed class PlanScope(
    IServiceProvider services,
    FabricRegistrations registrations,
    FabricConfiguration configuration,
    ILoggerFactory loggers,
    SettingsSession file)
{
    public IServiceProvider Services { get; } = services;

    public FabricRegistrations Registrations { get; } = registrations;

    public FabricConfiguration Configuration { get; } = configuration;

    public ILoggerFactory Loggers { get; } = loggers;

    /// <summary>The session that read the configuration; its problems are the plan's.</summary>
    public SettingsSession File { get; } = file;

    /// <summary>The brokers that could be made. Names are compared without case.</summary>
    public Dictionary<string, BrokerRuntime> Brokers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, ChannelSettings> Channels { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names that stand in the configuration, also of what could not be made.</summary>
    public required IReadOnlyList<string> BrokerNames { get; init; }

    public required IReadOnlyList<string> ChannelNames { get; init; }

    public required IReadOnlyList<string> SubscriptionNames { get; init; }

    public void Problem(string path, string message) => File.Add(path, message);

    /// <summary>
    /// Makes an options object: as the configuration says, then as code configures it; then checks what code has set against the same table,
    /// and runs the application's own validations.
    /// </summary>
    public T Options<T>(string name, string path, Func<string, SettingsSession, T> fresh, Action<SettingsReader, T> table)
        where T : class, new()
    {
        // The problems of the configuration itself were collected once, when the whole section was read.
        var options = fresh(name, new SettingsSession(SettingsPass.File));
        OptionsPipeline.Configure(Services, name, options);
        var pristine = new SettingsSession(SettingsPass.Describe);
        table(new SettingsReader(null, path, pristine), new T());
        var session = new SettingsSession(SettingsPass.Code) { Problems = File.Problems, Defaults = pristine.Values };
        table(new SettingsReader(null, path, session), options);
        OptionsPipeline.Validate(Services, name, options, path, session);
        return options;
    }
}
