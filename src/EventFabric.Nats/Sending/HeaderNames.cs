namespace EventFabric.Nats.Sending;

/// <summary>Headers of the adapter's own.</summary>
internal static class HeaderNames
{
    /// <summary>The server's deduplication.</summary>
    internal const string MessageId = "Nats-Msg-Id";

    /// <summary>How long a record lives, in whole seconds: <c>5s</c>.</summary>
    internal const string Ttl = "Nats-TTL";

    /// <summary>When the server puts the record onto its subject: <c>@at</c> and a time.</summary>
    internal const string Schedule = "Nats-Schedule";

    internal const string ScheduleTarget = "Nats-Schedule-Target";

    /// <summary>Says that there is no body, where an empty one is something else.</summary>
    internal const string NullBody = "ef-null-body";

    /// <summary>The event's id, percent-encoded.</summary>
    internal const string Id = "ce-id";

    /// <summary>The key: CloudEvents' partitioning extension.</summary>
    internal const string Key = "ce-partitionkey";

    /// <summary>What begins so is between client and server, and not part of the event.</summary>
    internal static ReadOnlySpan<byte> ServerPrefix => "Nats-"u8;

    internal static ReadOnlySpan<byte> KeyBytes => "ce-partitionkey"u8;

    internal static ReadOnlySpan<byte> NullBodyBytes => "ef-null-body"u8;

    /// <summary>Attributes are percent-encoded by the envelope already.</summary>
    internal static ReadOnlySpan<byte> AttributePrefix => "ce-"u8;
}
