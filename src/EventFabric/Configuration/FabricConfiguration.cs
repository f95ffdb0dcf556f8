using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using Microsoft.Extensions.Configuration;

namespace EventFabric.Configuration;

/// <summary>Where the settings are, and how each options object is filled from them. Every read is fresh.</summary>
internal sealed class FabricConfiguration
{
    public const string SectionName = "EventFabric";

    private readonly IConfiguration? _root;

    public FabricConfiguration(FabricRegistrations registrations, IConfiguration? configuration = null)
    {
        _root = registrations.Section ?? configuration?.GetSection(SectionName);
        Path = _root is IConfigurationSection section ? section.Path : _root is null ? SectionName : "";
    }

    /// <summary>The path of the section: <c>EventFabric</c>, or where the application keeps it.</summary>
    public string Path { get; }

    /// <summary>A reader of the whole section. The caller claims and finishes.</summary>
    public SettingsReader Open(SettingsSession session) => new(_root, Path, session);

    /// <summary>The full path of a setting.</summary>
    public string At(params ReadOnlySpan<string> keys)
    {
        var path = string.Join(ConfigurationPath.KeyDelimiter, keys);
        return Path.Length == 0 ? path : ConfigurationPath.Combine(Path, path);
    }

    /// <summary>A section as it stands, for an adapter to read; null: there is no configuration at all.</summary>
    public IConfigurationSection? Find(params ReadOnlySpan<string> keys) => _root?.GetSection(string.Join(ConfigurationPath.KeyDelimiter, keys));

    public EventFabricOptions ReadRoot(SettingsSession session)
    {
        var options = new EventFabricOptions();
        SettingsTable.Root(Open(session), options);
        return options;
    }

    public BrokerOptions ReadBroker(string name, SettingsSession session)
    {
        var options = new BrokerOptions();
        SettingsTable.Broker(Open(session).Section("Brokers").Section(name), options);
        return options;
    }

    public ChannelOptions ReadChannel(string name, SettingsSession session)
    {
        var options = new ChannelOptions();
        SettingsTable.Channel(Open(session).Section("Channels").Section(name), options);
        return options;
    }

    /// <summary>Reads the defaults, then the subscription's own section.</summary>
    public SubscriptionOptions ReadSubscription(string name, SettingsSession session)
    {
        var options = new SubscriptionOptions();
        var reader = Open(session);
        SettingsTable.Subscription(reader.Section("SubscriptionDefaults"), options);
        SettingsTable.Subscription(reader.Section("Subscriptions").Section(name), options);
        return options;
    }
}
