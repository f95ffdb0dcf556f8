namespace EventFabric;

/// <summary>
/// What one publish call sets beside the data. Immutable, so one object may serve many calls from many threads; null instead of it costs nothing.
/// </summary>
public sealed class PublishOptions
{
    private readonly IReadOnlyDictionary<string, string>? _headers;

    /// <summary>The channel to publish to.</summary>
    /// <value>Default: null, the channel of the event's type.</value>
    public string? Channel { get; init; }

    /// <summary>The key: events of one key are handled in publish order, one at a time.</summary>
    /// <value>Default: null, what the type's key selector gives; where that gives null too, the event is not ordered.</value>
    public string? Key { get; init; }

    /// <summary>The CloudEvents id, which is the deduplication id on every broker as well. Publish again with the same id when an outcome is unknown.</summary>
    /// <value>Default: null, a new UUIDv7.</value>
    public string? Id { get; init; }

    /// <summary>The CloudEvents subject: what the event is about within its source.</summary>
    /// <value>Default: null, none.</value>
    public string? Subject { get; init; }

    /// <summary>The CloudEvents time: when it happened.</summary>
    /// <value>Default: null, the time of the publish call.</value>
    public DateTimeOffset? Time { get; init; }

    /// <summary>No handler sees the event before this time. Not available in this version: publishing throws <see cref="NotSupportedException"/>.</summary>
    /// <value>Default: null, at once.</value>
    public DateTimeOffset? DeliverAt { get; init; }

    /// <summary>No handler sees the event after this time. Not available in this version: publishing throws <see cref="NotSupportedException"/>.</summary>
    /// <value>Default: null, never.</value>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>
    /// Headers that travel with the event. A name of 1 to 20 characters a-z and 0-9 is a CloudEvents extension, any other a transport header. A
    /// reserved name (those that start with <c>ce_</c>, <c>ce-</c>, <c>cloudEvents_</c>, <c>cloudEvents:</c>, <c>ef-</c> or <c>Nats-</c>, the
    /// CloudEvents attributes, <c>partitionkey</c>, <c>traceparent</c>, <c>tracestate</c>) makes publishing throw <see cref="ArgumentException"/>.
    /// </summary>
    /// <value>Default: null, none. The dictionary is copied, so changing it later changes nothing here.</value>
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = value is null ? null : new Dictionary<string, string>(value, StringComparer.Ordinal);
    }
}
