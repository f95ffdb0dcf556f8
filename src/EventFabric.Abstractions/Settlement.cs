namespace EventFabric;

/// <summary>
/// A handler's verdict on one event. <c>default</c> is <see cref="SettlementKind.Unspecified"/>: a mistake of the handler, retried and never
/// acknowledged.
/// </summary>
public readonly record struct Settlement
{
    /// <summary>What becomes of the event.</summary>
    public SettlementKind Kind { get; private init; }

    /// <summary>How long to wait before the next attempt; null for the subscription's policy. Only with <see cref="SettlementKind.Retry"/>.</summary>
    public TimeSpan? Delay { get; private init; }

    /// <summary>
    /// Short and stable, what dead letters are filtered by: <c>invalid-total</c>. For an exception it is the full name of its type.
    /// </summary>
    public string? Reason { get; private init; }

    /// <summary>Free text for people. Cut at 1,024 bytes where it travels with a dead letter.</summary>
    public string? Description { get; private init; }

    /// <summary>Handled: the event is settled at the broker.</summary>
    public static Settlement Ack => new() { Kind = SettlementKind.Ack };

    /// <summary>Try again. This was an attempt; after <c>Retry:MaxAttempts</c> of them <c>OnExhausted</c> decides.</summary>
    /// <param name="delay">How long to wait; null for the subscription's policy.</param>
    /// <param name="reason">Short and stable; what the dead letter says if this was the last attempt.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public static Settlement Retry(TimeSpan? delay = null, string? reason = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay.GetValueOrDefault(), TimeSpan.Zero, nameof(delay));
        return new() { Kind = SettlementKind.Retry, Delay = delay, Reason = reason };
    }

    /// <summary>To the dead-letter channel. The event is settled only after that write is confirmed.</summary>
    /// <param name="reason">Short and stable, what dead letters are filtered by: <c>invalid-total</c>.</param>
    /// <param name="description">Free text for people.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is null, empty or white space.</exception>
    public static Settlement DeadLetter(string reason, string? description = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new() { Kind = SettlementKind.DeadLetter, Reason = reason, Description = description };
    }

    /// <summary>Drops the event on purpose. It is settled, counted and logged, and cannot be brought back.</summary>
    /// <param name="reason">Short and stable: <c>obsolete</c>.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is null, empty or white space.</exception>
    public static Settlement Drop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new() { Kind = SettlementKind.Drop, Reason = reason };
    }
}
