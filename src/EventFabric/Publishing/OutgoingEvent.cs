using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <summary>An event as it is handed to its channel: serialized, and not yet in the broker's layout. Kept small: it is made for every event.</summary>
internal struct OutgoingEvent
{
    /// <summary>Makes the record of it.</summary>
    public RecordEnvelope Envelope;

    /// <summary>The channel's name in the application's words.</summary>
    public string Channel;

    /// <summary>The body. Valid during the call only, unless <see cref="OwnsBody"/>.</summary>
    public ReadOnlyMemory<byte> Body;

    /// <summary>The key as text; null: none, or bytes that are not text.</summary>
    public string? Key;

    public CloudEventId Id;

    /// <summary>The CloudEvents time in Unix milliseconds, where the options name none.</summary>
    public long UnixMilliseconds;

    /// <summary>Where subject and time come from; null: there are none.</summary>
    public PublishOptions? Options;

    /// <summary>User headers: extensions and transport headers; null: none. Valid during the call only.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>>? Headers;

    public RecordFlags Flags;

    /// <summary>Whether the body is an array that nobody else will write to.</summary>
    public bool OwnsBody;

    /// <summary>Whether it has nothing beside id and time that its type's template does not have.</summary>
    internal readonly bool IsPlain => Headers is null && (Options is null || Options is { Subject: null, Time: null });

    internal readonly bool HasKey => (Flags & RecordFlags.HasKey) != 0;

    /// <summary>Gives it memory of its own, to outlive the call.</summary>
    internal void Own()
    {
        if (!OwnsBody)
            Body = Body.ToArray();
        OwnsBody = true;
        Headers = Headers is null ? null : [.. Headers];
        Envelope = Envelope.Own();
    }
}
