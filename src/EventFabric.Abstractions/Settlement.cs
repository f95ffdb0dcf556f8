namespace EventFabric;

/// <summary>
/// A handler's verdict on one event. <c>default</c> is <see cref="SettlementKind.Unspecified"/>: a mistake of the handler, retried and never
/// acknowledged.
/// </summary>
/// <remarks>Two words, so that the verdict on nearly every event travels in registers; what the others have to say stands in an object.</remarks>
public readonly record struct Settlement
{
    private readonly Details? _details;

    private Settlement(SettlementKind kind, Details? details = null) => (Kind, _details) = (kind, details);

    /// <summary>What becomes of the event.</summary>
    public SettlementKind Kind { get; }

    /// <summary>How long to wait before the next attempt; null for the subscription's policy. Only with <see cref="SettlementKind.Retry"/>.</summary>
    public TimeSpan? Delay => _details?.Delay;

    /// <summary>
    /// Short and stable, what dead letters are filtered by: <c>invalid-total</c>. For an exception it is the full name of its type.
    /// </summary>
    public string? Reason => _details?.Reason;

    /// <summary>Free text for people. Cut at 1,024 bytes where it travels with a dead letter.</summary>
    public string? Description => _details?.Description;

    /// <summary>Handled: the event is settled at the broker.</summary>
    public static Settlement Ack => new(SettlementKind.Ack);

    /// <summary>Try again. This was an attempt; after <c>Retry:MaxAttempts</c> of them <c>OnExhausted</c> decides.</summary>
    /// <param name="delay">How long to wait; null for the subscription's policy.</param>
    /// <param name="reason">Short and stable; what the dead letter says if this was the last attempt.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public static Settlement Retry(TimeSpan? delay = null, string? reason = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay.GetValueOrDefault(), TimeSpan.Zero, nameof(delay));
        return new(SettlementKind.Retry, delay is null && reason is null ? null : new Details(delay, reason, null));
    }

    /// <summary>To the dead-letter channel. The event is settled only after that write is confirmed.</summary>
    /// <param name="reason">Short and stable, what dead letters are filtered by: <c>invalid-total</c>.</param>
    /// <param name="description">Free text for people.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is null, empty or white space.</exception>
    public static Settlement DeadLetter(string reason, string? description = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new(SettlementKind.DeadLetter, new Details(null, reason, description));
    }

    /// <summary>Drops the event on purpose. It is settled, counted and logged, and cannot be brought back.</summary>
    /// <param name="reason">Short and stable: <c>obsolete</c>.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is null, empty or white space.</exception>
    public static Settlement Drop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new(SettlementKind.Drop, new Details(null, reason, null));
    }

    private sealed record Details(TimeSpan? Delay, string? Reason, string? Description);
}
