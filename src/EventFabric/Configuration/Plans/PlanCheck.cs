using System.Collections.Immutable;
using EventFabric.Drivers;
using Microsoft.Extensions.Options;

namespace EventFabric.Configuration.Plans;

/// <summary>
/// Asks drivers whether a plan can be kept, and refuses it with the path of the setting where it cannot: before anything is opened, and again when the
/// broker has answered. Nothing is downgraded.
/// </summary>
internal sealed class PlanCheck(FabricConfiguration configuration)
{
    /// <summary>What is wrong with a channel, as paths and messages.</summary>
    public IReadOnlyList<string> Check(ChannelSettings channel)
    {
        var problems = new List<string>();
        var can = Resolve(channel.Broker, channel.SenderPlan, key => At("Channels", channel.Name, key), problems);
        if (channel.Broker.Provisioning == Provisioning.Create)
            Need(
                can,
                channel.Broker,
                Capability.Provisioning,
                configuration.At("Brokers", channel.Broker.Name, "Provisioning"),
                "Create",
                "write \"Validate\"",
                problems);
        return problems;
    }

    /// <summary>What is wrong with a subscription, as paths and messages.</summary>
    public IReadOnlyList<string> Check(SubscriptionPlan plan)
    {
        var problems = new List<string>();
        var can = Resolve(plan.Channel.Broker, plan.ReceiverPlan, key => ReceiverPath(plan, key), problems);
        Resolve(
            plan.Channel.Broker,
            plan.DeadLetterPlan,
            key => key == "Address" ? At("Subscriptions", plan.Name, "DeadLetter:Address") : ReceiverPath(plan, key),
            problems);
        if (plan.Ordering == OrderingMode.PerKey)
            Needs(Capability.OrderingKey, "Ordering", "PerKey", "write \"Ordering\": \"None\"");
        if (plan.ReceiverPlan.Start != StartPosition.Earliest)
            Needs(Capability.StartPosition, "Start", plan.ReceiverPlan.Start.Kind.ToString(), "write \"Start\": \"Earliest\"");
        if (plan.OnExhausted == ExhaustedPolicy.ParkKey)
            Needs(Capability.DlqPeek, "OnExhausted", "ParkKey", "write DeadLetter, Block or Drop");
        return problems;

        void Needs(Capability capability, string key, string value, string remedy) =>
            Need(can, plan.Channel.Broker, capability, At("Subscriptions", plan.Name, key), value, remedy, problems);
    }

    /// <summary>Compares what an opened receiver says with what was promised, and asks the driver again, which knows the broker's version by now.</summary>
    /// <exception cref="OptionsValidationException">The broker cannot keep the plan.</exception>
    public void AfterOpen(SubscriptionPlan plan, ReceiveTraits traits)
    {
        var problems = new List<string>(Check(plan));
        var broker = $"broker \"{plan.Channel.Broker.Name}\" ({plan.Channel.Broker.Type})";
        if (plan.Ordering == OrderingMode.PerKey && traits.Ack == AckMode.PerRecord && !traits.OrderedPerKey)
            problems.Add(
                $"{At("Subscriptions", plan.Name, "Ordering")}: {broker} does not keep the order of a key for this group, " +
                "so PerKey cannot be kept; write \"Ordering\": \"None\"");
        if (plan.OnExhausted == ExhaustedPolicy.ParkKey && !traits.Partitioned)
            problems.Add(
                $"{At("Subscriptions", plan.Name, "OnExhausted")}: ParkKey needs partitions that one member owns, " +
                $"which {broker} does not give this group; write DeadLetter, Block or Drop");
        if (problems.Count > 0) throw Failed(problems);
    }

    /// <summary>The one exception that names every problem.</summary>
    public static OptionsValidationException Failed(IEnumerable<string> problems) =>
        new(FabricConfiguration.SectionName, typeof(EventFabricOptions), [.. problems.Distinct(StringComparer.Ordinal)]);

    private static void Need(
        ImmutableArray<CapabilityCell> can,
        BrokerRuntime broker,
        Capability capability,
        string path,
        string value,
        string remedy,
        List<string> problems)
    {
        var cell = can.FirstOrDefault(cell => cell.Capability == capability);
        if (cell.Support != Support.Unsupported && cell.Capability == capability) return;
        var how = cell.How is null ? "" : $" ({cell.How})";
        problems.Add($"{path}: {value} needs the capability {capability}, which broker \"{broker.Name}\" ({broker.Type}) does not have here{how}; {remedy}");
    }

    private static ImmutableArray<CapabilityCell> Resolve(BrokerRuntime broker, ChannelPlan plan, Func<string, string> path, List<string> problems)
    {
        var issues = new List<ConfigurationIssue>();
        var cells = broker.Connection.Resolve(plan, issues);
        if (cells.IsDefault)
            throw new InvalidOperationException($"The driver of Type \"{broker.Type}\" gave a default array as what it can do. A defect of the driver: where it can nothing, the array is empty.");
        foreach (var issue in issues) problems.Add($"{path(issue.Key)}: {issue.Message}");
        return cells;
    }

    /// <summary>What a driver calls by its key stands at the channel, when it is the adapter's or the address, or at the subscription.</summary>
    private string ReceiverPath(SubscriptionPlan plan, string key)
    {
        var first = key.Split(':')[0];
        var ofChannel = first is "Address" or "Broker" or "ContentMode" || first.Equals(plan.Channel.Broker.Type, StringComparison.OrdinalIgnoreCase);
        return ofChannel ? At("Channels", plan.Channel.Name, key) : At("Subscriptions", plan.Name, key);
    }

    private string At(string section, string name, string key) => configuration.At(section, name, key);
}
