namespace EventFabric.Lanes;

/// <summary>How much of a subscription may run, and be taken, at once.</summary>
/// <param name="MaxConcurrency">Workers: lanes (or batches) that run at the same time.</param>
/// <param name="MaxInFlight">Records taken and not handled yet, held ones included.</param>
/// <param name="MaxInFlightBytes">Their bodies and headers; one record always fits.</param>
/// <param name="BatchSize">Most records of a batch; 0 where records are handled one by one.</param>
/// <param name="BatchWait">How old the oldest waiting record may become before a batch that is not full is handed over.</param>
internal sealed record LaneLimits(int MaxConcurrency, int MaxInFlight, long MaxInFlightBytes, int BatchSize = 0, TimeSpan BatchWait = default);
