using EventFabric.Configuration.Plans;
using EventFabric.Drivers;
using EventFabric.Scheduling;
using EventFabric.Subscribing;
using Polly;
using Polly.Retry;

namespace EventFabric.Retry;

/// <summary>
/// When a failed record is tried again, and how often. Polly's retry strategy goes round, on the failure path only:
/// it is entered with the failure that was caught, so that a success never sees it. Thread-safe.
/// </summary>
internal sealed class RetryPolicy
{
    private static readonly ResiliencePropertyKey<InFlightRecord> RecordKey = new("eventfabric.record");
    private readonly RetryPlan _plan;
    private readonly bool _forEver;
    private readonly Backoff _backoff;
    private readonly WorkScheduler _scheduler;
    private readonly ResiliencePipeline<AttemptOutcome> _pipeline;

    public RetryPolicy(RetryPlan plan, bool forEver, WorkScheduler scheduler)
    {
        (_plan, _forEver, _scheduler) = (plan, forEver, scheduler);
        // No wait at all may be configured; a backoff begins above zero.
        var first = plan.BaseDelay > TimeSpan.Zero ? plan.BaseDelay : TimeSpan.FromTicks(1);
        _backoff = new Backoff(first, plan.MaxDelay < first ? first : plan.MaxDelay);
        var builder = new ResiliencePipelineBuilder<AttemptOutcome> { TimeProvider = scheduler.Time };
        builder.AddRetry(new RetryStrategyOptions<AttemptOutcome>
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = ShouldRetry,
            // We wait ourselves: on the scheduler's stack, also when the wait is cut short.
            DelayGenerator = static _ => new ValueTask<TimeSpan?>(TimeSpan.Zero),
            OnRetry = WaitAsync,
        });
        _pipeline = builder.Build();
    }

    /// <summary>Whether another attempt follows this outcome; else what <c>OnExhausted</c> says does. An attempt that did not count is made up for.</summary>
    public bool IsTriedAgain(InFlightRecord record, in AttemptOutcome outcome) =>
        outcome is { IsReleased: false, Settlement.Kind: SettlementKind.Retry } && (outcome.IsRerun || _forEver || !IsExhausted(record));

    /// <summary>Whether all attempts are used up.</summary>
    public bool IsExhausted(InFlightRecord record) => record.Attempts >= _plan.MaxAttempts || record.Record.DeliveryCount >= _plan.MaxAttempts;

    /// <summary>How long after a failed attempt the next one begins: the handler's own wish, else full jitter under the doubling ceiling.</summary>
    public TimeSpan DelayAfter(InFlightRecord record, Settlement settlement)
    {
        if (settlement.Delay is { } wish)
            return wish;
        if (IsExhausted(record))
            return _plan.MaxDelay;
        var random = _scheduler.Random;
        lock (random)
            return _backoff.Next(Math.Max(1, Math.Max(record.Attempts, record.Record.DeliveryCount)), random);
    }

    /// <summary>
    /// Waits and tries again until an attempt does not ask for a retry, or attempts are spent; the last outcome is the result. When the record
    /// is given back meanwhile it ends early: with <see cref="OperationCanceledException"/>, or with an outcome that another attempt should follow.
    /// </summary>
    /// <param name="record">The record, whose <see cref="InFlightRecord.Failed"/> is set.</param>
    /// <param name="first">The failure that was caught.</param>
    /// <param name="attempt">Runs one more attempt.</param>
    public async ValueTask<AttemptOutcome> RunAsync(
        InFlightRecord record,
        AttemptOutcome first,
        Func<InFlightRecord, ValueTask<AttemptOutcome>> attempt)
    {
        var context = ResilienceContextPool.Shared.Get(record.Failed!.WaitingEnds);
        context.Properties.Set(RecordKey, record);
        var run = new Run(record, first, attempt);
        try
        {
            var outcome = await _pipeline.ExecuteOutcomeAsync(static (_, run) => run.NextAsync(), context, run).ConfigureAwait(false);
            outcome.ThrowIfException();
            return outcome.Result;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ValueTask<bool> ShouldRetry(RetryPredicateArguments<AttemptOutcome> arguments)
    {
        var again = arguments.Outcome.Exception is null
            && arguments.Context.Properties.TryGetValue(RecordKey, out var record)
            && IsTriedAgain(record, arguments.Outcome.Result);
        return new ValueTask<bool>(again);
    }

    private async ValueTask WaitAsync(OnRetryArguments<AttemptOutcome> arguments)
    {
        if (!arguments.Context.Properties.TryGetValue(RecordKey, out var record))
            return;
        var delay = DelayAfter(record, arguments.Outcome.Result.Settlement);
        await _scheduler.DelayAsync(delay, arguments.Context.CancellationToken).ConfigureAwait(false);
    }

    private sealed class Run(InFlightRecord record, AttemptOutcome first, Func<InFlightRecord, ValueTask<AttemptOutcome>> attempt)
    {
        private bool _begun;

        public async ValueTask<Outcome<AttemptOutcome>> NextAsync()
        {
            if (_begun)
                return Outcome.FromResult(await attempt(record).ConfigureAwait(false));
            _begun = true;
            return Outcome.FromResult(first);
        }
    }
}
