using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Engines with a fault between handler and settlement.</summary>
public sealed class FaultyEngineTests
{
    [Fact]
    public Task One_that_acks_before_the_handler_has_ended_is_caught() => Caught.InProgramAsync("D05", FaultyMiddleware.With(AckAtOnceAsync), "the attempts of the one that throws");

    [Fact]
    public Task One_that_runs_two_events_of_a_key_at_once_is_caught() =>
        Caught.InProgramAsync("E02", FaultyMiddleware.With(AckAtOnceAsync), "events of one key in handlers at once: expected 1");

    [Fact]
    public Task One_that_runs_more_than_it_may_is_caught() => Caught.InProgramAsync("E07", FaultyMiddleware.With(AckAtOnceAsync), "the most events in handlers at once: expected 3");

    [Fact]
    public Task One_that_acks_what_failed_is_caught() => Caught.InProgramAsync(
        "D05",
        FaultyMiddleware.With(static async (_, next, cancellationToken) =>
        {
            try
            {
                return await next(cancellationToken);
            }
            catch (Exception)
            {
                return Settlement.Ack;
            }
        }),
        "the attempts of the one that throws");

    [Fact]
    public Task One_that_takes_a_forgotten_verdict_for_an_ack_is_caught() => Caught.InProgramAsync(
        "D05",
        FaultyMiddleware.Verdicts(static verdict => verdict.Kind == SettlementKind.Unspecified ? Settlement.Ack : verdict),
        "the attempts of the one that forgets");

    [Fact]
    public Task One_that_never_retries_is_caught() => Caught.InProgramAsync(
        "D02",
        FaultyMiddleware.Verdicts(static verdict => verdict.Kind == SettlementKind.Retry ? Settlement.Ack : verdict),
        "the event behind it, twice");

    [Fact]
    public Task One_that_ignores_the_delay_of_a_retry_is_caught() => Caught.InProgramAsync(
        "D03",
        FaultyMiddleware.Verdicts(static verdict => verdict.Kind == SettlementKind.Retry ? Settlement.Retry(TimeSpan.Zero) : verdict),
        "the second attempt after");

    [Fact]
    public Task One_whose_backoff_does_not_grow_is_caught() => Caught.InProgramAsync(
        "G02",
        FaultyMiddleware.Verdicts(static verdict => verdict.Kind == SettlementKind.Retry ? Settlement.Retry(TimeSpan.FromMilliseconds(500)) : verdict),
        "waits that grow");

    [Fact]
    public Task One_that_retries_what_must_be_dead_lettered_is_caught() => Caught.InProgramAsync(
        "D06",
        FaultyMiddleware.Verdicts(static verdict => verdict.Kind == SettlementKind.DeadLetter ? Settlement.Retry(TimeSpan.Zero, verdict.Reason) : verdict),
        "D06");

    [Fact]
    public Task One_that_drops_what_must_be_dead_lettered_is_caught() => Caught.InProgramAsync(
        "D06",
        FaultyMiddleware.Verdicts(static verdict => verdict.Kind == SettlementKind.DeadLetter ? Settlement.Drop(verdict.Reason!) : verdict),
        "expected 1 dead letter");

    [Fact]
    public Task One_that_drops_in_silence_is_caught() => Caught.InProgramAsync(
        "D07",
        FaultyMiddleware.Verdicts(static verdict => verdict.Kind == SettlementKind.Drop ? Settlement.Ack : verdict),
        "1 dropped event of that reason in the metrics");

    [Fact]
    public Task One_that_hides_an_exception_from_DeadLetterOn_is_caught() => Caught.InProgramAsync(
        "G03",
        FaultyMiddleware.With(static async (_, next, cancellationToken) =>
        {
            try
            {
                return await next(cancellationToken);
            }
            catch (ArgumentException)
            {
                return Settlement.Retry(TimeSpan.Zero);
            }
        }),
        "attempts of the named exception");

    [Fact]
    public Task One_that_takes_a_batchs_verdicts_in_the_wrong_order_is_caught() => Caught.InProgramAsync(
        "D13",
        FaultyMiddleware.With(static async (events, next, cancellationToken) =>
        {
            var verdicts = await next(cancellationToken);
            var shifted = new BatchSettlement(Settlement.Ack);
            for (var index = 0; index < events.Count; index++) shifted[index] = verdicts[(index + 1) % events.Count];
            return shifted;
        }),
        "D13");

    // The handler's own code runs on after the verdict: what it does later is nobody's business any more.
    private static ValueTask<BatchSettlement> AckAtOnceAsync(
        IReadOnlyList<EventContext> events,
        Func<CancellationToken, ValueTask<BatchSettlement>> next,
        CancellationToken cancellationToken)
    {
        _ = next(CancellationToken.None).AsTask();
        return new ValueTask<BatchSettlement>(Settlement.Ack);
    }
}
