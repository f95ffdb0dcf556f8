using EventFabric.Drivers;
using EventFabric.Lanes;
using EventFabric.Subscribing;

namespace EventFabric.Retry;

/// <summary>
/// What follows a failed attempt, until the record has a verdict: wait and try again, then what <c>OnExhausted</c> says, then the dead
/// letter. The lane of the record waits all that time, no worker does. The one place where these rules stand.
/// </summary>
internal sealed class FailurePath(SubscriptionCore core)
{
    private readonly Func<InFlightRecord, ValueTask<AttemptOutcome>> _attempt = record => RunAttempt(core, record);

    /// <summary>Begins; the record is held and copied out already. Never throws; the lanes hear of the end.</summary>
    public void Begin(InFlightRecord record, AttemptOutcome first) => _ = RunAsync(record, first);

    /// <summary>The same for several records of one lane, which are not to run at once: one after the other, in their order.</summary>
    public async Task BeginInOrderAsync(IReadOnlyList<(InFlightRecord Record, AttemptOutcome First)> failures)
    {
        foreach (var (record, first) in failures)
            await RunAsync(record, first).ConfigureAwait(false);
    }

    private async Task RunAsync(InFlightRecord record, AttemptOutcome first)
    {
        var failed = record.Failed!;
        // Who gives failed records back looked for them before this one had failed.
        if (!Admission.IsOpen(core, record, out var verdict) && !failed.IsReleased)
            failed.Release(verdict, now: false);
        if (first.Settlement.Kind == SettlementKind.Retry && IsParked(failed))
            first = new AttemptOutcome(Admission.KeyParked, first.Cause);
        try
        {
            verdict = await DecideAsync(record, failed, first).ConfigureAwait(false);
        }
        catch (Exception) when (failed.IsReleased)
        {
            verdict = failed.ReleaseAs;
        }
        catch (Exception error)
        {
            SubscriptionLog.EngineFailed(core.Services.Logger, core.Plan.Name, record.Ref.Position.ToString(), error);
            verdict = Verdict.Release;
        }

        core.Lanes.Complete(record, verdict);
    }

    private async ValueTask<Verdict> DecideAsync(InFlightRecord record, FailedRecord failed, AttemptOutcome outcome)
    {
        if (outcome.Settlement.Kind == SettlementKind.Retry && !outcome.IsReleased)
            outcome = await core.Retry.RunAsync(record, outcome, _attempt).ConfigureAwait(false);
        if (outcome.IsReleased || core.Retry.IsTriedAgain(record, outcome))
            return failed.ReleaseAs;
        var settlement = outcome.Settlement.Kind == SettlementKind.Retry ? WhenExhausted(outcome) : outcome.Settlement;
        switch (settlement.Kind)
        {
            case SettlementKind.Ack:
                return Verdict.Ack;
            case SettlementKind.Drop:
                Drop(record, settlement, outcome.Cause);
                return Verdict.Discard;
            default:
                await core.DeadLetters.WriteAsync(record, failed, settlement).ConfigureAwait(false);
                return Verdict.Ack;
        }
    }

    /// <summary>Counts and logs an event that is settled without being handled.</summary>
    public void Drop(InFlightRecord record, Settlement settlement, Exception? cause)
    {
        var reason = settlement.Reason ?? FailureReasons.Dropped;
        record.Reason = reason;
        core.Metrics.Dropped(core.Plan.Name, core.Plan.Channel.Name, reason);
        SubscriptionLog.Dropped(core.Services.Logger, core.Plan.Name, record.Ref.Position.ToString(), reason, cause);
    }

    /// <summary>An earlier record of its lane, which failed with it, was dead-lettered meanwhile and took its key along.</summary>
    private bool IsParked(FailedRecord failed) =>
        core.Parked is { } parked && (failed.Copy.Flags & RecordFlags.HasKey) != 0 && parked.Contains(failed.Copy.Key.Span);

    private Settlement WhenExhausted(AttemptOutcome last)
    {
        var reason = last.Settlement.Reason ?? FailureReasons.Exhausted;
        return core.Plan.OnExhausted == ExhaustedPolicy.Drop ? Settlement.Drop(reason) : Settlement.DeadLetter(reason, last.Cause?.Message);
    }

    private static ValueTask<AttemptOutcome> RunAttempt(SubscriptionCore core, InFlightRecord record)
    {
        var failed = record.Failed!;
        core.Metrics.Retried(core.Plan.Name, core.Plan.Channel.Name);
        var report = failed.NextReport();
        if (failed.IsReleased)
            failed.Report(new AttemptOutcome(default, null, IsReleased: true));
        else
            core.Lanes.Retry(record);
        return report;
    }
}
