using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <summary>An event as it is handed to its channel: serialized, and not yet in the broker's layout.</summary>
internal struct OutgoingEvent
{
    /// <summary>Makes the record of it.</summary>
    public RecordEnvelope Envelope;

    /// <summary>The channel's name in the application's words.</summary>
    public string Channel;

    /// <summary>The body. Valid during the call only, unless <see cref="OwnsBody"/>.</summary>
    public ReadOnlyMemory<byte> Body;

    /// <summary>Whether the body is an array that nobody else will write to.</summary>
    public bool OwnsBody;

    /// <summary>The key as text; null: none, or bytes that are not text.</summary>
    public string? Key;

    /// <summary>The key of a copied record; empty otherwise.</summary>
    public ReadOnlyMemory<byte> KeyBytes;

    public RecordFlags Flags;

    public CloudEventId Id;

    public string? DedupId;

    /// <summary>The CloudEvents time in Unix milliseconds, where <see cref="Time"/> is null.</summary>
    public long UnixMilliseconds;

    /// <summary>The CloudEvents time that the caller set; null: <see cref="UnixMilliseconds"/>.</summary>
    public DateTimeOffset? Time;

    public string? Subject;

    /// <summary>User headers: extensions and transport headers; null: none. Valid during the call only.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>>? Headers;

    /// <summary>The headers of a copied record.</summary>
    public HeaderBlock RawHeaders;

    /// <summary>Whether it has nothing beside id and time that its type's template does not have.</summary>
    internal readonly bool IsPlain => Headers is null && Subject is null && Time is null;

    internal readonly bool HasKey => (Flags & RecordFlags.HasKey) != 0;

    /// <summary>Gives it memory of its own, to outlive the call.</summary>
    internal void Own()
    {
        if (!OwnsBody)
            Body = Body.ToArray();
        OwnsBody = true;
        Headers = Headers is null ? null : [.. Headers];
        KeyBytes = KeyBytes.ToArray();
        RawHeaders = new HeaderBlock(RawHeaders.Bytes.ToArray());
    }
}
