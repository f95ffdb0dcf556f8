using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;

namespace EventFabric.Testing;

/// <summary>A record on its way to a broker, as a fault may choose by it.</summary>
/// <param name="Plan">The channel that it is sent to.</param>
/// <param name="Id">Its CloudEvents id.</param>
/// <param name="Key">Its key; null: none, or one that is not text.</param>
[Experimental("EVF9001")]
public readonly record struct SentRecord(ChannelPlan Plan, CloudEventId Id, string? Key);
