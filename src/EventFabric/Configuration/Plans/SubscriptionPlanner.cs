using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using EventFabric.Subscribing;

namespace EventFabric.Configuration.Plans;

/// <summary>Makes the subscriptions of a plan, and refuses combinations that cannot work.</summary>
internal sealed class SubscriptionPlanner(PlanScope scope, EventFabricOptions root)
{
    private readonly Dictionary<(string Broker, string Address, string Group), string> _readers = [];

    public IReadOnlyList<SubscriptionPlan> Plan()
    {
        foreach (var handler in scope.Registrations.Handlers)
            Named(handler.Subscription, $"{(handler.IsBatch ? "AddBatchHandler" : "AddHandler")}<{handler.EventType.Name}>");
        foreach (var rule in scope.Registrations.DeadLetterRules)
        {
            if (rule.Subscription is { } subscription) Named(subscription, $"DeadLetterOn<{rule.Exception.Name}>");
        }

        return [.. scope.SubscriptionNames.Select(Plan).OfType<SubscriptionPlan>()];
    }

    private SubscriptionPlan? Plan(string name)
    {
        var options = scope.Options(name, At(name), scope.Configuration.ReadSubscription, SettingsTable.Subscription);
        var handlers = scope.Registrations.Handlers.FindAll(handler => handler.Subscription.Equals(name, StringComparison.OrdinalIgnoreCase));
        var group = options.Group ?? root.Group;
        if (group is null && options.Enabled && handlers.Count > 0 && !scope.File.HasProblem(scope.Configuration.At("Group")))
            scope.Problem(
                At(name, "Group"),
                "is missing, and has no default, since the members of a group share its events; write it here or once as " + scope.Configuration.At("Group"));
        Combine(name, options, handlers);
        if (FindChannel(name, options) is not { } channel) return null;
        if (group is not null && !_readers.TryAdd((channel.Broker.Name, channel.Address, group), name))
        {
            var other = _readers[(channel.Broker.Name, channel.Address, group)];
            scope.Problem(
                At(name, "Group"),
                $"subscription \"{other}\" already reads {channel.Address} as group \"{group}\", so the two would share its events; write another group");
        }

        return Create(name, options, channel, group ?? "", handlers);
    }

    private SubscriptionPlan Create(string name, SubscriptionOptions options, ChannelSettings channel, string group, List<HandlerRegistration> handlers)
    {
        var maxInFlight = options.MaxInFlight ?? Math.Max(
            4 * options.MaxConcurrency,
            handlers.Exists(static handler => handler.IsBatch) ? 2 * options.Batch.MaxSize : 0);
        var receiver = channel.SenderPlan with
        {
            Group = group,
            Ordering = options.Ordering,
            Start = options.Start,
            MaxInFlight = maxInFlight,
            MaxInFlightBytes = options.MaxInFlightBytes,
        };
        return new SubscriptionPlan(
            name,
            channel,
            group,
            options.Enabled,
            options.Ordering,
            options.OnExhausted,
            options.OnUnhandled,
            options.MaxConcurrency,
            maxInFlight,
            options.MaxInFlightBytes,
            options.HandlerTimeout,
            new RetryPlan(options.Retry.MaxAttempts, options.Retry.BaseDelay, options.Retry.MaxDelay),
            new BatchPlan(options.Batch.MaxSize, options.Batch.MaxWait),
            receiver,
            channel.SenderPlan with { Role = ChannelRole.DeadLetter, Address = DeadLetterAddress(name, options, channel, receiver) });
    }

    private string DeadLetterAddress(string name, SubscriptionOptions options, ChannelSettings channel, ChannelPlan receiver)
    {
        if (options.DeadLetter.Address is not { } template) return channel.Broker.Connection.NameFor(receiver, ChannelRole.DeadLetter, 0);
        var path = At(name, "DeadLetter", "Address");
        var address = template.Replace("{address}", channel.Address, StringComparison.Ordinal).Replace("{group}", receiver.Group, StringComparison.Ordinal);
        if (address.AsSpan().ContainsAny('{', '}'))
            scope.Problem(path, $"\"{template}\" has braces other than {{address}} and {{group}}; write only those two");
        if (address == channel.Address)
            scope.Problem(path, $"\"{address}\" is the address of the channel itself, whose dead letters would be read again; write another");
        return address;
    }

    private ChannelSettings? FindChannel(string name, SubscriptionOptions options)
    {
        var channel = options.Channel ?? name;
        if (!scope.ChannelNames.Contains(channel, StringComparer.OrdinalIgnoreCase))
        {
            scope.Problem(At(name, "Channel"), options.Channel is null
                ? $"is absent, and no channel has the subscription's name; write one of: {string.Join(", ", scope.ChannelNames)}"
                : $"no channel is called \"{channel}\"; {NearestName.Hint(channel, scope.ChannelNames)}");
        }

        return scope.Channels.GetValueOrDefault(channel);
    }

    /// <summary>What each setting allows and both together do not.</summary>
    private void Combine(string name, SubscriptionOptions options, List<HandlerRegistration> handlers)
    {
        if (options.OnExhausted == ExhaustedPolicy.ParkKey && options.Ordering != OrderingMode.PerKey)
            scope.Problem(
                At(name, "OnExhausted"),
                "ParkKey keeps a key in order, which Ordering None does not; write \"Ordering\": \"PerKey\", or DeadLetter, Block or Drop here");
        if (options.Retry.BaseDelay > options.Retry.MaxDelay)
            scope.Problem(
                At(name, "Retry", "BaseDelay"),
                $"{DurationText.Format(options.Retry.BaseDelay)} is above Retry:MaxDelay, " +
                $"which is {DurationText.Format(options.Retry.MaxDelay)}; lower it or raise MaxDelay");
        if (options.MaxInFlight < options.MaxConcurrency)
            ConfigurationLog.InFlightBelowConcurrency(
                scope.Loggers.CreateLogger("EventFabric.Configuration"),
                At(name, "MaxInFlight"),
                options.MaxInFlight.Value,
                options.MaxConcurrency);
        if (handlers.Count == 0) return;
        if (handlers.Exists(static handler => handler.IsBatch))
        {
            if (options.MaxInFlight < options.Batch.MaxSize)
                scope.Problem(
                    At(name, "MaxInFlight"),
                    $"{options.MaxInFlight} is below Batch:MaxSize, which is {options.Batch.MaxSize}, " +
                    "so that no batch could fill; raise it or lower Batch:MaxSize");
        }
        else if (OwnBatch(name, options))
        {
            scope.Problem(At(name, "Batch"), "is set, and the subscription has no batch handler; remove it, or add the handler with AddBatchHandler");
        }
    }

    /// <summary>Whether the subscription itself says something about batches; what its defaults say is for those that have a batch handler.</summary>
    private bool OwnBatch(string name, SubscriptionOptions options)
    {
        var section = scope.Configuration.Find("Subscriptions", name, "Batch");
        if (section is not null && section.GetChildren().Any(static child => child.Value is not null)) return true;
        var read = scope.Configuration.ReadSubscription(name, new SettingsSession(SettingsPass.File)).Batch;
        return options.Batch.MaxSize != read.MaxSize || options.Batch.MaxWait != read.MaxWait;
    }

    private void Named(string subscription, string by)
    {
        if (scope.SubscriptionNames.Contains(subscription, StringComparer.OrdinalIgnoreCase)) return;
        scope.Problem(
            At(subscription),
            $"{by} names this subscription, and it does not stand here; {ChannelPlanner.Missing(subscription, scope.SubscriptionNames)}");
    }

    private string At(string name, params ReadOnlySpan<string> keys) => scope.Configuration.At(["Subscriptions", name, .. keys]);
}
