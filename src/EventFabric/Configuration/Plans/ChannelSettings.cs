using EventFabric.Drivers;

namespace EventFabric.Configuration.Plans;

/// <summary>One channel: where it is, and how events are laid out there.</summary>
/// <param name="Name">Its name under <c>Channels</c>.</param>
/// <param name="Broker">The broker that carries it.</param>
/// <param name="Address">What the broker calls it.</param>
/// <param name="ContentMode">How events are laid out; null: the binding's natural way.</param>
/// <param name="ForeignType">The type of messages without CloudEvents attributes; null: they are undecodable.</param>
/// <param name="SenderPlan">What <c>OpenSenderAsync</c> gets: no group, nothing in flight.</param>
internal sealed record ChannelSettings(
    string Name,
    BrokerRuntime Broker,
    string Address,
    ContentMode? ContentMode,
    string? ForeignType,
    ChannelPlan SenderPlan);
