using EventFabric.Configuration;
using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using EventFabric.InMemory;
using EventFabric.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventFabric.Tests.Configuration.Generated;

/// <summary>The table of all settings of this package, made as it is always made: by reading an empty section.</summary>
internal static class DescribedSettings
{
    public const string Broker = "EventFabric:Brokers:{broker}";
    public const string Channel = "EventFabric:Channels:{channel}";
    public const string Subscription = "EventFabric:Subscriptions:{subscription}";
    public const string Defaults = "EventFabric:SubscriptionDefaults";

    public static IReadOnlyList<Setting> All()
    {
        var session = new SettingsSession(SettingsPass.Describe);
        SettingsTable.Root(new SettingsReader(null, "EventFabric", session), new EventFabricOptions());
        SettingsTable.Broker(new SettingsReader(null, Broker, session), new BrokerOptions());
        SettingsTable.Channel(new SettingsReader(null, Channel, session), new ChannelOptions());
        SettingsTable.Subscription(new SettingsReader(null, Defaults, session), new SubscriptionOptions());
        SettingsTable.Subscription(new SettingsReader(null, Subscription, session), new SubscriptionOptions());
        foreach (var driver in Drivers()) Adapter(driver, session);
        return session.Table;
    }

    private static IReadOnlyList<IBrokerDriver> Drivers() => [new InMemoryDriver(new InMemoryBroker())];

    private static void Adapter(IBrokerDriver driver, SettingsSession session)
    {
        var binding = new BrokerBinding("{broker}", null, $"{Broker}:{driver.Type}", null, session);
        var context = new BrokerContext("{broker}", new ThreadPoolScheduler(TimeProvider.System), NullLoggerFactory.Instance, 1024, binding, static (_, _) => { });
        var connection = driver.Create(context);
        connection.ReadChannel(new SettingsReader(null, $"{Channel}:{driver.Type}", session));
    }
}
