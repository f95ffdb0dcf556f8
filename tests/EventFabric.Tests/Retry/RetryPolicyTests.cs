using EventFabric.Configuration.Plans;
using EventFabric.Drivers;
using EventFabric.Retry;
using EventFabric.Subscribing;
using EventFabric.Tests.Engine;
using Xunit;

namespace EventFabric.Tests.Retry;

public sealed class RetryPolicyTests
{
    private static readonly AttemptOutcome Failed = new(Settlement.Retry(), null);

    private readonly EngineScheduler _scheduler = new();

    [Theory]
    [InlineData(2, 0, false)]
    [InlineData(3, 0, true)]
    [InlineData(1, 2, false)]
    [InlineData(1, 3, true)]
    public void Attempts_are_used_up_by_our_count_or_by_the_brokers(int own, int broker, bool exhausted) =>
        Assert.Equal(exhausted, Policy().IsExhausted(Record(own, broker)));

    [Theory]
    [InlineData(2, false, true)]
    [InlineData(3, false, false)]
    [InlineData(3, true, true)]
    public void Who_may_try_for_ever_does_and_others_stop_when_attempts_are_used_up(int attempts, bool forEver, bool again) =>
        Assert.Equal(again, Policy(forEver: forEver).IsTriedAgain(Record(attempts), Failed));

    [Fact]
    public void Only_a_retry_that_was_not_given_back_is_tried_again_and_one_that_did_not_count_always()
    {
        Assert.False(Policy().IsTriedAgain(Record(1), new AttemptOutcome(Settlement.Ack, null)));
        Assert.False(Policy().IsTriedAgain(Record(1), new AttemptOutcome(Settlement.DeadLetter("no"), null)));
        Assert.False(Policy().IsTriedAgain(Record(1), Failed with { IsReleased = true }));
        Assert.True(Policy().IsTriedAgain(Record(3), Failed with { IsRerun = true }));
    }

    [Fact]
    public void The_ceiling_doubles_from_attempt_to_attempt_up_to_the_longest()
    {
        var policy = Policy(attempts: 100);
        foreach (var (attempts, ceiling) in new[] { (1, 100), (2, 200), (3, 400), (4, 500), (50, 500) })
        {
            var delays = Enumerable.Range(0, 500).Select(_ => policy.DelayAfter(Record(attempts), Settlement.Retry()).TotalMilliseconds).ToList();
            Assert.InRange(delays.Max(), ceiling * 0.9, ceiling);
            Assert.InRange(delays.Min(), 0, ceiling * 0.1);
        }
    }

    [Fact]
    public void A_handlers_own_delay_goes_before_and_what_is_tried_for_ever_waits_the_longest()
    {
        Assert.Equal(TimeSpan.FromMinutes(7), Policy().DelayAfter(Record(1), Settlement.Retry(TimeSpan.FromMinutes(7))));
        Assert.Equal(TimeSpan.FromMilliseconds(500), Policy(forEver: true).DelayAfter(Record(3), Settlement.Retry()));
    }

    [Fact]
    public async Task It_tries_until_attempts_are_used_up_and_waits_before_each()
    {
        var record = Record(1);
        var at = new List<double>();
        var run = Policy().RunAsync(record, Wait(100), _ =>
        {
            at.Add(Elapsed());
            record.Attempts++;
            return new(Wait(200));
        }).AsTask();
        Assert.Empty(at);
        _scheduler.Advance(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1));
        Assert.Equal([100, 300], at);
        Assert.True(run.IsCompletedSuccessfully);
        Assert.Equal(SettlementKind.Retry, (await run).Settlement.Kind);
    }

    [Fact]
    public async Task A_record_that_is_given_back_is_not_tried_again()
    {
        var record = Record(1);
        var run = Policy().RunAsync(record, Wait(1000), static _ => throw new InvalidOperationException("tried again")).AsTask();
        _scheduler.Advance(TimeSpan.FromMilliseconds(500));
        record.Failed!.Release(EventFabric.Lanes.Verdict.Release, now: false);
        _scheduler.Run();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private static AttemptOutcome Wait(int milliseconds) => new(Settlement.Retry(TimeSpan.FromMilliseconds(milliseconds)), null);

    private static InFlightRecord Record(int attempts, int deliveries = 0) => new()
    {
        Attempts = attempts,
        Failed = new FailedRecord(new InboundRecord { DeliveryCount = deliveries }),
    };

    private double Elapsed() => (_scheduler.Clock.GetUtcNow() - new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)).TotalMilliseconds;

    private RetryPolicy Policy(int attempts = 3, bool forEver = false) =>
        new(new RetryPlan(attempts, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)), forEver, _scheduler);
}
