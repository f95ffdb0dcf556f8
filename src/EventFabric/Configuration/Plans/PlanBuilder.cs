using System.Text;
using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using EventFabric.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventFabric.Configuration.Plans;

/// <summary>Reads the whole configuration, checks it and resolves it into a plan. No I/O. Every problem is found before one exception names them all.</summary>
internal sealed class PlanBuilder(
    IServiceProvider services,
    FabricRegistrations registrations,
    FabricConfiguration configuration,
    PlanCheck check,
    ILoggerFactory loggers)
{
    private const int MaxSourceLength = 1024;

    /// <summary>Makes the plan.</summary>
    /// <exception cref="OptionsValidationException">What is wrong, each with its full path and what to write instead.</exception>
    public FabricPlan Build()
    {
        var scope = ReadFile();
        try
        {
            return Build(scope);
        }
        catch
        {
            // Nothing was opened, so there is nothing to wait for.
            foreach (var broker in scope.Brokers.Values) _ = broker.Connection.DisposeAsync().AsTask();
            throw;
        }
    }

    private FabricPlan Build(PlanScope scope)
    {
        var root = scope.Options("", configuration.Path, (_, session) => configuration.ReadRoot(session), SettingsTable.Root);
        var source = Source(scope, root);
        BrokerPlanner.Plan(scope, root);
        ChannelPlanner.Plan(scope, root);
        var subscriptions = new SubscriptionPlanner(scope, root).Plan();
        CheckOptionsNames(scope);
        var problems = scope.File.Problems;
        problems.AddRange(services.GetRequiredService<EventTypeRegistry>().Problems);
        CheckForeignTypes(scope, subscriptions);
        foreach (var channel in scope.Channels.Values) problems.AddRange(check.Check(channel));
        foreach (var subscription in subscriptions.Where(static plan => plan.Group.Length > 0)) problems.AddRange(check.Check(subscription));
        if (problems.Count > 0) throw PlanCheck.Failed(problems);
        return new FabricPlan(
            source!,
            root.StartupTimeout,
            root.DrainTimeout,
            root.PublishTimeout,
            root.MaxPendingPublishes,
            root.MaxEventBytes,
            scope.Brokers,
            scope.Channels,
            subscriptions);
    }

    /// <summary>Reads every section once, for what is wrong in the configuration itself: unknown keys, wrong values, wrong names.</summary>
    private PlanScope ReadFile()
    {
        var session = new SettingsSession(SettingsPass.File);
        var root = configuration.Open(session);
        SettingsTable.Root(root, new EventFabricOptions());
        var adapters = KnownAdapters.Types
            .Union(services.GetServices<IBrokerDriver>().Select(static driver => driver.Type), StringComparer.OrdinalIgnoreCase)
            .ToArray();
        var brokers = ReadNamed(root, "Brokers", reader => SettingsTable.Broker(reader, new BrokerOptions()), adapters);
        var channels = ReadNamed(root, "Channels", reader => SettingsTable.Channel(reader, new ChannelOptions()), adapters);
        SettingsTable.Subscription(root.Section("SubscriptionDefaults"), new SubscriptionOptions());
        var subscriptions = ReadNamed(root, "Subscriptions", reader => SettingsTable.Subscription(reader, new SubscriptionOptions()), []);
        root.Finish();
        return new PlanScope(services, registrations, configuration, loggers, session)
        {
            BrokerNames = brokers,
            ChannelNames = channels,
            SubscriptionNames = subscriptions,
        };
    }

    private static string[] ReadNamed(SettingsReader root, string key, Action<SettingsReader> table, IReadOnlyList<string> adapters)
    {
        var names = root.Section(key).Names();
        foreach (var (_, reader) in names)
        {
            table(reader);
            foreach (var adapter in adapters) reader.Claim(adapter);
        }

        return [.. names.Select(static named => named.Name)];
    }

    /// <summary>The configured source, or the application's name. CloudEvents 1.0 wants a non-empty URI reference.</summary>
    private string? Source(PlanScope scope, EventFabricOptions root)
    {
        var source = root.Source;
        if (source is null && services.GetService<IHostEnvironment>() is { ApplicationName: { Length: > 0 } name }) source = $"/{Uri.EscapeDataString(name)}";
        var path = configuration.At("Source");
        if (source is null && !scope.File.HasProblem(path))
            scope.Problem(path, "is required where there is no IHostEnvironment to name the application; write for example \"/shop/orders\"");
        if (source is not null && (source.Length > MaxSourceLength || !source.All(static letter => letter is > ' ' and <= '~')))
            scope.Problem(
                path,
                $"{SettingsSession.Quote(source)} is not a URI reference of at most {MaxSourceLength} characters; write for example \"/shop/orders\"");
        return source;
    }

    /// <summary>A type that nobody registered would make a dead letter of every foreign message that a subscription here reads.</summary>
    private void CheckForeignTypes(PlanScope scope, IReadOnlyList<SubscriptionPlan> subscriptions)
    {
        var registry = services.GetRequiredService<EventTypeRegistry>();
        foreach (var channel in scope.Channels.Values)
        {
            if (channel.ForeignType is not { } type || registry.Find(Encoding.UTF8.GetBytes(type)) is not null) continue;
            if (!subscriptions.Any(plan => plan.Channel == channel && plan.Enabled && registrations.Handles(plan.Name))) continue;
            var names = registry.All.SelectMany(static entry => entry.Aliases.Prepend(entry.Name));
            scope.Problem(
                configuration.At("Channels", channel.Name, "ForeignType"),
                $"no registered event has the type {SettingsSession.Quote(type)}; {NearestName.Hint(type, names)}");
        }
    }

    private void CheckOptionsNames(PlanScope scope)
    {
        OptionsPipeline.CheckNames<EventFabricOptions>(services, [Options.DefaultName], configuration.Path, scope.File);
        OptionsPipeline.CheckNames<BrokerOptions>(services, scope.BrokerNames, configuration.At("Brokers"), scope.File);
        OptionsPipeline.CheckNames<ChannelOptions>(services, scope.ChannelNames, configuration.At("Channels"), scope.File);
        OptionsPipeline.CheckNames<SubscriptionOptions>(services, scope.SubscriptionNames, configuration.At("Subscriptions"), scope.File);
    }
}
