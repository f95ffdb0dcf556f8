using EventFabric.Configuration;
using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using EventFabric.InMemory;
using EventFabric.Kafka;
using EventFabric.Nats;
using EventFabric.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventFabric.Tests.Configuration.Generated;

/// <summary>The table of all settings, made as it is always made: by reading an empty section.</summary>
internal static class DescribedSettings
{
    public const string Broker = "EventFabric:Brokers:{broker}";
    public const string Channel = "EventFabric:Channels:{channel}";
    public const string Subscription = "EventFabric:Subscriptions:{subscription}";
    public const string Defaults = "EventFabric:SubscriptionDefaults";

    /// <summary>All settings, those of the adapters included.</summary>
    public static IReadOnlyList<Setting> All() => Of([new InMemoryDriver(new InMemoryBroker()), new KafkaDriver(), new NatsDriver()]);

    /// <summary>The settings of one package: the engine's with the in-memory broker, or an adapter's own.</summary>
    public static IEnumerable<Setting> OfPackage(string? adapter) => All().Where(setting => adapter is null
        ? !Adapters.Any(known => setting.Path.Contains($"}}:{known}:", StringComparison.Ordinal))
        : setting.Path.Contains($"}}:{adapter}:", StringComparison.Ordinal));

    private static readonly string[] Adapters = ["Kafka", "Nats"];

    private static List<Setting> Of(IReadOnlyList<IBrokerDriver> drivers)
    {
        var session = new SettingsSession(SettingsPass.Describe);
        SettingsTable.Root(new SettingsReader(null, "EventFabric", session), new EventFabricOptions());
        SettingsTable.Broker(new SettingsReader(null, Broker, session), new BrokerOptions());
        SettingsTable.Channel(new SettingsReader(null, Channel, session), new ChannelOptions());
        SettingsTable.Subscription(new SettingsReader(null, Defaults, session), new SubscriptionOptions());
        SettingsTable.Subscription(new SettingsReader(null, Subscription, session), new SubscriptionOptions());
        foreach (var driver in drivers) Adapter(driver, session);
        return session.Table;
    }

    private static void Adapter(IBrokerDriver driver, SettingsSession session)
    {
        var binding = new BrokerBinding("{broker}", null, $"{Broker}:{driver.Type}", null, session);
        var context = new BrokerContext("{broker}", new ThreadPoolScheduler(TimeProvider.System), NullLoggerFactory.Instance, 1024, binding, static (_, _) => { });
        var connection = driver.Create(context);
        connection.ReadChannel(new SettingsReader(null, $"{Channel}:{driver.Type}", session));
    }
}
