using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using EventFabric.Scheduling;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Configuration.Plans;

/// <summary>Makes the brokers of a plan: finds the driver of each and lets it make its connection, unopened.</summary>
internal static class BrokerPlanner
{
    public static void Plan(PlanScope scope, EventFabricOptions root)
    {
        var drivers = scope.Services.GetServices<IBrokerDriver>().ToArray();
        if (scope.BrokerNames.Count == 0)
        {
            scope.Problem(
                scope.Configuration.At("Brokers"),
                "no broker is configured, and there is no default; write \"Brokers\": { \"default\": { \"Type\": \"...\" } }");
        }

        foreach (var name in scope.BrokerNames)
        {
            var path = scope.Configuration.At("Brokers", name);
            var options = scope.Options(name, path, scope.Configuration.ReadBroker, SettingsTable.Broker);
            if (options.Type is null) continue;
            var driver = Array.Find(drivers, driver => driver.Type.Equals(options.Type, StringComparison.OrdinalIgnoreCase));
            if (driver is null) scope.Problem(
                scope.Configuration.At("Brokers", name, "Type"),
                KnownAdapters.Refuse(options.Type, drivers.Select(static driver => driver.Type)));
            else scope.Brokers.Add(name, Create(scope, root, name, options, driver));
        }
    }

    private static BrokerRuntime Create(PlanScope scope, EventFabricOptions root, string name, BrokerOptions options, IBrokerDriver driver)
    {
        var session = new SettingsSession(SettingsPass.File) { Problems = scope.File.Problems };
        var section = scope.Configuration.Find("Brokers", name, driver.Type);
        var binding = new BrokerBinding(name, section, scope.Configuration.At("Brokers", name, driver.Type), scope.Services, session);
        var status = new BrokerStatus(name, scope.Loggers.CreateLogger("EventFabric.Broker"));
        var scheduler = scope.Services.GetRequiredService<WorkScheduler>();
        var context = new BrokerContext(name, scheduler, scope.Loggers, root.MaxEventBytes, binding, status.Report);
        var connection = driver.Create(context);
        binding.Complete();
        return new BrokerRuntime(name, driver.Type, driver, connection, Provisioning(scope, root, name, options, driver, connection), status);
    }

    /// <summary>The broker's own word, else Create where the broker lives with the application, else the root's, else Validate.</summary>
    private static Provisioning Provisioning(
        PlanScope scope,
        EventFabricOptions root,
        string name,
        BrokerOptions options,
        IBrokerDriver driver,
        IBrokerConnection connection)
    {
        var own = options.Provisioning ?? (KnownAdapters.CreatesByDefault(driver.Type) ? EventFabric.Provisioning.Create : null);
        var wanted = own ?? root.Provisioning;
        if (connection is ITopology || wanted == EventFabric.Provisioning.Assume) return wanted ?? EventFabric.Provisioning.Validate;
        if (wanted is { } asked)
        {
            var path = own is null ? scope.Configuration.At("Provisioning") : scope.Configuration.At("Brokers", name, "Provisioning");
            scope.Problem(
                path,
                $"broker \"{name}\" ({driver.Type}) can neither be inspected nor provisioned, so {asked} cannot be done; " +
                $"write \"Provisioning\": \"Assume\" at Brokers:{name}");
        }
        else
        {
            ConfigurationLog.NotInspected(scope.Loggers.CreateLogger("EventFabric.Broker"), name, driver.Type);
        }

        return EventFabric.Provisioning.Assume;
    }
}
