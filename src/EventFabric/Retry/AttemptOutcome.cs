namespace EventFabric.Retry;

/// <summary>How one attempt ended: what the handler said, or the failure that stands for it.</summary>
/// <param name="Settlement">Never Unspecified: a handler's default is a Retry by now.</param>
/// <param name="Cause">The exception, where there was one.</param>
/// <param name="IsRerun">The attempt does not count: its token was cancelled for another call.</param>
/// <param name="IsReleased">Not an attempt: ownership was lost, or the drain deadline passed.</param>
internal readonly record struct AttemptOutcome(Settlement Settlement, Exception? Cause, bool IsReleased = false, bool IsRerun = false);
