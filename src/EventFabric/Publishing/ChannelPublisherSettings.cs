namespace EventFabric.Publishing;

/// <summary>What a channel's publisher keeps to.</summary>
/// <param name="PublishTimeout">How long one publish may take, resends included.</param>
/// <param name="MaxPending">How many events may wait for the broker; further ones wait for a place.</param>
/// <param name="MaxEventBytes">The largest event, as the broker counts; null: what the broker takes (copies with headers added).</param>
/// <param name="Prepare">Makes what the address needs, where it may; awaited before each try to open. Null: nothing.</param>
/// <param name="MaxPendingBytes">How many bytes of events may wait for the broker; one event always may.</param>
/// <param name="Seed">Makes the jitter repeatable; null: random.</param>
internal sealed record ChannelPublisherSettings(
    TimeSpan PublishTimeout,
    int MaxPending,
    int? MaxEventBytes,
    Func<CancellationToken, ValueTask>? Prepare,
    long MaxPendingBytes = 67_108_864,
    int? Seed = null);
