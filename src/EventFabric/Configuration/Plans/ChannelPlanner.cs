using EventFabric.Configuration.Reading;
using EventFabric.Drivers;

namespace EventFabric.Configuration.Plans;

/// <summary>Makes the channels of a plan: the broker of each, its address, and what the adapter reads from its own section.</summary>
internal static class ChannelPlanner
{
    public static void Plan(PlanScope scope, EventFabricOptions root)
    {
        foreach (var name in scope.ChannelNames)
        {
            var options = scope.Options(name, scope.Configuration.At("Channels", name), scope.Configuration.ReadChannel, SettingsTable.Channel);
            if (FindBroker(scope, name, options) is { } broker) scope.Channels.Add(name, Create(scope, root, name, options, broker));
        }

        foreach (var registration in scope.Registrations.Events)
        {
            if (registration.Channel is not { } channel || scope.ChannelNames.Contains(channel, StringComparer.OrdinalIgnoreCase)) continue;
            scope.Problem(
                scope.Configuration.At("Channels", channel),
                $"AddEvent<{registration.ClrType.Name}> names this channel, and it does not stand here; {Missing(channel, scope.ChannelNames)}");
        }
    }

    /// <summary>What to say where code names something that the configuration lacks.</summary>
    public static string Missing(string name, IReadOnlyList<string> known) => NearestName.Find(name, known) is { } nearest
        ? $"did you mean \"{nearest}\"?"
        : $"write \"{name}\": {{}} (known here: {(known.Count == 0 ? "none" : string.Join(", ", known))})";

    private static ChannelSettings Create(PlanScope scope, EventFabricOptions root, string name, ChannelOptions options, BrokerRuntime broker)
    {
        var session = new SettingsSession(SettingsPass.Once) { Problems = scope.File.Problems };
        var section = scope.Configuration.Find("Channels", name, broker.Type);
        var reader = new SettingsReader(section, scope.Configuration.At("Channels", name, broker.Type), session);
        var settings = broker.Connection.ReadChannel(reader);
        reader.Finish();
        var address = options.Address ?? name;
        var plan = new ChannelPlan(
            name,
            address,
            Group: null,
            ChannelRole.Main,
            ReceiveMode.Consume,
            OrderingMode.None,
            StartPosition.Earliest,
            MaxInFlight: 0,
            MaxInFlightBytes: 0,
            root.DrainTimeout,
            root.PublishTimeout,
            settings);
        return new ChannelSettings(name, broker, address, options.ContentMode, options.ForeignType, plan);
    }

    private static BrokerRuntime? FindBroker(PlanScope scope, string channel, ChannelOptions options)
    {
        var path = scope.Configuration.At("Channels", channel, "Broker");
        if (options.Broker is { } named)
        {
            if (!scope.BrokerNames.Contains(named, StringComparer.OrdinalIgnoreCase))
                scope.Problem(path, $"no broker is called \"{named}\"; {NearestName.Hint(named, scope.BrokerNames)}");
            return scope.Brokers.GetValueOrDefault(named);
        }

        if (scope.BrokerNames.Count == 1) return scope.Brokers.GetValueOrDefault(scope.BrokerNames[0]);
        if (scope.BrokerNames.Count > 1 && !scope.BrokerNames.Contains("default", StringComparer.OrdinalIgnoreCase))
            scope.Problem(path, $"there are several brokers and none is called \"default\"; write one of {string.Join(", ", scope.BrokerNames)}");
        return scope.Brokers.GetValueOrDefault("default");
    }
}
