namespace EventFabric.Publishing;

/// <summary>Where events of one type go that are published to one channel.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Publisher">The channel's publisher.</param>
/// <param name="Envelope">Makes the records.</param>
internal sealed record RouteTarget(string Channel, ChannelPublisher Publisher, EventEnvelope Envelope);
