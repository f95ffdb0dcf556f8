using System.Text;
using EventFabric.Configuration.Plans;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace EventFabric.Tests.Configuration;

/// <summary>An application made of a JSON text and registrations, to look at its plan or at why there is none.</summary>
internal static class Fabric
{
    /// <summary>A configuration without problems; tests put one thing into it.</summary>
    public const string Good = """
        { "EventFabric": {
            "Source": "/shop", "Group": "workers",
            "Brokers": { "default": { "Type": "Fake" } },
            "Channels": { "orders": {}, "readings": {} },
            "Subscriptions": { "billing": { "Channel": "orders" }, "mail": { "Channel": "orders", "Group": "mail" } } } }
        """;

    public static FabricPlan Plan(string json, Action<IEventFabricBuilder>? register = null, FakeDriver? driver = null) =>
        Services(json, register, driver).GetRequiredService<FabricPlanSource>().Get();

    /// <summary>All problems, one a line, in the order of their text.</summary>
    public static string Problems(string json, Action<IEventFabricBuilder>? register = null, FakeDriver? driver = null)
    {
        var failed = Assert.Throws<OptionsValidationException>(() => Plan(json, register, driver));
        return string.Join('\n', failed.Failures.Order(StringComparer.Ordinal));
    }

    /// <summary>The problems of <see cref="Good"/> with more files over it, later ones winning.</summary>
    public static string ProblemsWith(string json, Action<IEventFabricBuilder>? register = null, FakeDriver? driver = null)
    {
        var failed = Assert.Throws<OptionsValidationException>(() => PlanWith(json, register, driver));
        return string.Join('\n', failed.Failures.Order(StringComparer.Ordinal));
    }

    public static FabricPlan PlanWith(string json, Action<IEventFabricBuilder>? register = null, FakeDriver? driver = null) =>
        Services([Good, $"{{ \"EventFabric\": {{ {json} }} }}"], register, driver).GetRequiredService<FabricPlanSource>().Get();

    public static ServiceProvider Services(string json, Action<IEventFabricBuilder>? register = null, FakeDriver? driver = null) =>
        Services([json], register, driver);

    public static ServiceProvider Services(IEnumerable<string> files, Action<IEventFabricBuilder>? register = null, FakeDriver? driver = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(Configuration(files));
        var builder = services.AddEventFabric();
        services.AddSingleton<EventFabric.Drivers.IBrokerDriver>(driver ?? new FakeDriver());
        register?.Invoke(builder);
        return services.BuildServiceProvider();
    }

    public static IConfigurationRoot Configuration(IEnumerable<string> files)
    {
        var builder = new ConfigurationBuilder();
        foreach (var json in files) builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        return builder.Build();
    }
}

[EventType("shop.order.placed.v1")]
internal sealed record OrderPlaced(string OrderId);

internal sealed record Reading(string DeviceId);
