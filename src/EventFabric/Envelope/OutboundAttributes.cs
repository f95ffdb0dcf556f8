using EventFabric.Drivers;

namespace EventFabric.Envelope;

/// <summary>What differs from one published event to the next, beside its data. Checked by the publisher: names by <see cref="HeaderRules"/>, texts not empty.</summary>
internal readonly ref struct OutboundAttributes
{
    internal required CloudEventId Id { get; init; }

    /// <summary>The time in Unix milliseconds, where <see cref="Time"/> is null.</summary>
    internal long UnixMilliseconds { get; init; }

    /// <summary>The time that the caller set; null: <see cref="UnixMilliseconds"/>.</summary>
    internal DateTimeOffset? Time { get; init; }

    internal string? Subject { get; init; }

    /// <summary>The key. Only a structured event carries it inside; otherwise it is the record's.</summary>
    internal string? Key { get; init; }

    /// <summary>Extensions and transport headers.</summary>
    internal IEnumerable<KeyValuePair<string, string>>? Headers { get; init; }

    /// <summary>The payload transforms of the body: <see cref="Serialization.EventTypeEntry.Coding"/>.</summary>
    internal string? Coding { get; init; }
}
