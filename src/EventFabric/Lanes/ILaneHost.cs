namespace EventFabric.Lanes;

/// <summary>What the lane scheduler asks of the subscription that it serves.</summary>
internal interface ILaneHost
{
    /// <summary>A new worker; at most <see cref="LaneLimits.MaxConcurrency"/> are asked for.</summary>
    LaneWorker CreateWorker();

    /// <summary>The record is no longer in flight. Called under the scheduler's lock: note it, no more.</summary>
    void Finished(LaneRecord record, Verdict verdict);

    /// <summary>After records finished, outside the lock: settle, recycle.</summary>
    void AfterFinished();
}
