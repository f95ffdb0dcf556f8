namespace EventFabric;

/// <summary>How duplicates are recognised: <c>Subscriptions:{name}:Inbox</c>. The inbox is not in this version.</summary>
public sealed class InboxOptions
{
    /// <summary>Where the ids of handled events are kept: <c>Memory</c>, <c>Embedded</c> or <c>PostgreSql</c>.</summary>
    /// <value>Default: absent, off.</value>
    public string? Store { get; set; }

    /// <summary>How long an id is remembered.</summary>
    /// <value>Default: 24 hours.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many ids the memory store keeps; the oldest go first.</summary>
    /// <value>Default: 1000000.</value>
    public int MaxEntries { get; set; } = 1_000_000;
}
