using System.Collections.Concurrent;
using EventFabric.Configuration;
using EventFabric.Configuration.Plans;
using EventFabric.Drivers;
using EventFabric.Serialization;

namespace EventFabric.Publishing;

/// <summary>The way of one event type: to its own channel, or to the one that the caller names. Thread-safe.</summary>
internal sealed class EventRoute(EventTypeEntry entry, FabricRuntime runtime)
{
    private readonly ConcurrentDictionary<string, RouteTarget> _targets = new(StringComparer.Ordinal);
    private RouteTarget? _own;

    internal EventTypeEntry Entry { get; } = entry;

    /// <summary>Where an event goes.</summary>
    /// <param name="channel">The channel that the caller names; null: the type's own.</param>
    /// <exception cref="InvalidOperationException">Neither names a channel.</exception>
    /// <exception cref="ArgumentException">There is no such channel.</exception>
    /// <exception cref="NotSupportedException">It is a tombstone, and the channel's broker carries none.</exception>
    internal RouteTarget TargetOf(string? channel)
    {
        if (channel is null)
            return _own ??= Find(Entry.Channel ?? throw PublishErrors.NoChannel(Entry));
        return _targets.TryGetValue(channel, out var known) ? known : _targets.GetOrAdd(channel, Find);
    }

    private RouteTarget Find(string channel)
    {
        var plan = runtime.Plan;
        if (!plan.Channels.TryGetValue(channel, out var settings))
            throw PublishErrors.NoSuchChannel(channel, plan.Channels.Keys);
        if (Entry.IsTombstone && !CarriesTombstones(settings))
            throw PublishErrors.NoTombstones(settings.Name, settings.Broker.Name, settings.Broker.Type);
        return new RouteTarget(
            settings.Name,
            runtime.GetPublisher(settings.Broker, settings.SenderPlan),
            new EventEnvelope(Entry, plan.Source, settings.ContentMode));
    }

    private static bool CarriesTombstones(ChannelSettings channel) =>
        channel.Broker.Connection.Resolve(channel.SenderPlan, []).Any(static cell => cell is { Capability: Capability.Tombstone, Support: not Support.Unsupported });
}
