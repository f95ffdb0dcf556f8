using EventFabric.Drivers;
using EventFabric.Lanes;
using EventFabric.Retry;
using EventFabric.Serialization;

namespace EventFabric.Subscribing;

/// <summary>From what a handler did to what it means.</summary>
internal static class Outcomes
{
    /// <summary>The handler returned.</summary>
    public static AttemptOutcome Of(Settlement settlement, Exception? cause, CallEnd end) => end switch
    {
        // Once the token is cancelled the result is not applied.
        CallEnd.TimedOut => new AttemptOutcome(Settlement.Retry(reason: FailureReasons.HandlerTimeout), cause),
        CallEnd.Lost or CallEnd.Draining => new AttemptOutcome(default, cause, IsReleased: true),
        _ when settlement.Kind == SettlementKind.Unspecified => new AttemptOutcome(Settlement.Retry(reason: FailureReasons.Unspecified), cause),
        _ => new AttemptOutcome(settlement, cause),
    };

    /// <summary>The handler, or the deserialization before it, threw.</summary>
    public static AttemptOutcome Of(SubscriptionCore core, Exception error, CallEnd end, bool cancelled)
    {
        // Also where the other events of its batch ran into the timeout: its bytes do not get better.
        if (error is PayloadException undecodable && end is (CallEnd.None or CallEnd.TimedOut))
            return new AttemptOutcome(Settlement.DeadLetter(undecodable.Reason, undecodable.Message), error);
        if (end != CallEnd.None)
            return Of(default, error, end);
        // Its token was cancelled for a call that had ended just before.
        if (cancelled && error is OperationCanceledException)
            return new AttemptOutcome(Settlement.Retry(TimeSpan.Zero), error, IsRerun: true);
        var reason = error.GetType().FullName ?? error.GetType().Name;
        foreach (var final in core.Services.DeadLetterOn)
        {
            if (final.IsInstanceOfType(error))
                return new AttemptOutcome(Settlement.DeadLetter(reason, error.Message), error);
        }

        return new AttemptOutcome(Settlement.Retry(reason: reason), error);
    }

    /// <summary>Not started: its tenure is over, or the subscription stops.</summary>
    public static RunResult Refuse(InFlightRecord record)
    {
        if (record.Failed is not { } failed)
            return RunResult.Finished;
        failed.Report(new AttemptOutcome(default, null, IsReleased: true));
        return RunResult.Reported;
    }

    /// <summary>
    /// What follows an attempt: a verdict, or the failure path. <see cref="RunResult.Held"/>: the record is copied out, and the caller begins
    /// the failure path once the lane waits for it.
    /// </summary>
    public static RunResult Conclude(SubscriptionCore core, InFlightRecord record, AttemptOutcome outcome, out Verdict verdict)
    {
        verdict = Verdict.Ack;
        if (outcome.IsReleased)
        {
            verdict = record.IsGone ? Verdict.Abandon : Verdict.Release;
            return Refuse(record);
        }

        if (outcome.Settlement.Kind is (SettlementKind.Retry or SettlementKind.DeadLetter) && !outcome.IsRerun)
            record.Attempts++;
        if (record.Failed is { } failed)
        {
            record.IsTimedOut = false;
            failed.Report(outcome);
            return RunResult.Reported;
        }

        switch (outcome.Settlement.Kind)
        {
            case SettlementKind.Ack:
                return RunResult.Finished;
            case SettlementKind.Drop:
                core.Failures.Drop(record, outcome.Settlement, outcome.Cause);
                verdict = Verdict.Discard;
                return RunResult.Finished;
            case SettlementKind.Retry when !outcome.IsRerun && CanRelease(core, record, outcome.Settlement):
                verdict = Verdict.Release;
                return RunResult.Finished;
        }

        record.Failed = new FailedRecord(in record.Record);
        record.IsTimedOut = false;
        lock (core.Sync)
            core.LeaveBatch(record);
        return RunResult.Held;
    }

    /// <summary>
    /// Whether the broker keeps the record until its next attempt, which frees its place here: only without order, where the broker counts
    /// deliveries, and no longer than it can. Not from a batch: it would come again with the same others, and none be found to be at fault.
    /// </summary>
    private static bool CanRelease(SubscriptionCore core, InFlightRecord record, Settlement settlement)
    {
        if (core.IsOrdered || core.Handlers.HasBatches || record.Record.DeliveryCount == 0)
            return false;
        var traits = record.Session.Receiver.Traits;
        if (traits.Ack != AckMode.PerRecord || traits.Release != ReleaseMode.Delayed)
            return false;
        if (core.Plan.OnExhausted != ExhaustedPolicy.Block && core.Retry.IsExhausted(record))
            return false;
        var delay = core.Retry.DelayAfter(record, settlement);
        if (delay > traits.MaxDelay)
            return false;
        record.ReleaseDelay = delay;
        core.Metrics.Retried(core.Plan.Name, core.Plan.Channel.Name);
        return true;
    }
}
