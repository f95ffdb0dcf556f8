using EventFabric.Serialization;

namespace EventFabric.Configuration;

/// <summary>One <c>AddEvent</c>, or the event type that an <c>AddHandler</c> brought along.</summary>
/// <param name="channel">The channel that it is published to; null: none, or chosen by the caller.</param>
/// <param name="type">The CloudEvents type given in code; null: the one of <see cref="EventTypeAttribute"/>.</param>
/// <param name="contentType">The media type of its serializer; null: JSON.</param>
/// <param name="implied">True when a handler brought it along and no <c>AddEvent</c> said anything.</param>
internal abstract class EventRegistration(string? channel, string? type, string? contentType, bool implied)
{
    public abstract Type ClrType { get; }

    public string? Channel { get; } = channel;

    public string? Type { get; } = type;

    public string? ContentType { get; } = contentType;

    public bool Implied { get; } = implied;

    /// <summary>What the registry keeps of it; null when a problem was added instead.</summary>
    public abstract EventTypeEntry? CreateEntry(PayloadCodecs codecs, string? coding, ICollection<string> problems);
}

/// <inheritdoc cref="EventRegistration"/>
/// <typeparam name="T">The event.</typeparam>
internal sealed class EventRegistration<T>(string? channel, Func<T, string?>? key, string? type, string? contentType, bool implied = false)
    : EventRegistration(channel, type, contentType, implied)
    where T : notnull
{
    public override Type ClrType => typeof(T);

    public Func<T, string?>? Key { get; } = key;

    public override EventTypeEntry? CreateEntry(PayloadCodecs codecs, string? coding, ICollection<string> problems)
        => EventTypeEntries.Create(this, codecs, coding, problems);
}
