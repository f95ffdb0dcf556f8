using EventFabric.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Subscribing;

/// <summary>Handler calls: their token, their time, their leases and their services.</summary>
public sealed class CallTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_call_is_cancelled_when_its_own_time_is_over_and_its_next_attempt_has_a_fresh_token()
    {
        List<string> log = [];
        SubscriptionRig? made = null;
        var handler = async ValueTask<Settlement> (EventContext<string> context, CancellationToken token) =>
        {
            var (text, attempt) = (context.Data, context.Attempt);
            Assert.False(token.IsCancellationRequested);
            if (attempt == 2)
            {
                log.Add($"{text} again at {At(made!)}");
                return Settlement.Ack;
            }

            try
            {
                await made!.Scheduler.DelayAsync(TimeSpan.FromDays(1), token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                log.Add($"{text} cancelled at {At(made!)}");
                throw;
            }

            return Settlement.Ack;
        };
        using var rig = made = new SubscriptionRig(
            InMemoryProfile.Log, builder => builder.AddHandler("work", handler), ("HandlerTimeout", "10s"), ("MaxConcurrency", "4"), ("Retry:BaseDelay", "0ms"), ("Retry:MaxDelay", "0ms"));
        rig.Start();
        rig.Send("a", "first");
        rig.Scheduler.Advance(Second * 4);
        rig.Send("b", "second");
        rig.Scheduler.Advance(Second * 20, Second);
        Assert.Equal(["first cancelled at 10", "first again at 11", "second cancelled at 14", "second again at 15"], log);
    }

    [Fact]
    public void A_call_that_ends_in_time_is_not_cancelled_for_one_that_did_not()
    {
        List<string> log = [];
        SubscriptionRig? made = null;
        var handler = async ValueTask<Settlement> (EventContext<string> context, CancellationToken token) =>
        {
            var text = context.Data;
            await Task.Delay(Second * (text == "slow" ? 15 : 9), made!.Scheduler.Clock, CancellationToken.None).ConfigureAwait(false);
            log.Add($"{text} {(token.IsCancellationRequested ? "cancelled" : "in time")}");
            return text == "slow" ? Settlement.Drop("done") : Settlement.Ack;
        };
        using var rig = made = new SubscriptionRig(
            InMemoryProfile.Log, builder => builder.AddHandler("work", handler), ("HandlerTimeout", "10s"), ("MaxConcurrency", "1"), ("Retry:MaxAttempts", "1"));
        rig.Start();
        rig.Send("a", "slow");
        rig.Send("b", "quick");
        rig.Send("c", "quick too");
        rig.Scheduler.Advance(Second * 60, Second);
        Assert.Equal(["slow cancelled", "quick in time", "quick too in time"], log);
        // What it said once it was cancelled is not applied.
        Assert.Equal("handler-timeout", Reason(Assert.Single(rig.Broker.Read(SubscriptionRig.DeadLetters))));
    }

    [Fact]
    public void What_runs_waits_or_is_held_keeps_its_lease()
    {
        List<string> log = [];
        SubscriptionRig? made = null;
        var handler = async ValueTask<Settlement> (EventContext<string> context, CancellationToken _) =>
        {
            var (text, attempt) = (context.Data, context.Attempt);
            log.Add($"{text} {attempt}");
            if (text == "held" && attempt == 1)
                return Settlement.Retry(SubscriptionRig.Lease * 4);
            if (text == "running")
                await Task.Delay(SubscriptionRig.Lease * 5, made!.Scheduler.Clock, CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        };
        using var rig = made = new SubscriptionRig(InMemoryProfile.Queue, builder => builder.AddHandler("work", handler), ("HandlerTimeout", "10m"), ("MaxConcurrency", "2"));
        rig.Start();
        rig.Send("a", "held");
        rig.Send("b", "running");
        rig.Send("b", "queued");
        for (var passed = TimeSpan.Zero; passed < SubscriptionRig.Lease * 3; passed += Second * 5)
        {
            Assert.Empty(rig.Others());
            rig.Scheduler.Advance(Second * 5, Second);
        }

        rig.Scheduler.Advance(SubscriptionRig.Lease * 3, Second);
        Assert.Equal(["held 1", "running 1", "held 2", "queued 1"], log);
    }

    [Fact]
    public void A_call_that_ignores_its_timeout_loses_its_lease_to_others()
    {
        SubscriptionRig? made = null;
        var handler = async ValueTask<Settlement> (EventContext<string> _, CancellationToken _) =>
        {
            await Task.Delay(TimeSpan.FromHours(1), made!.Scheduler.Clock, CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        };
        using var rig = made = new SubscriptionRig(
            InMemoryProfile.Queue, builder => builder.AddHandler("work", handler), ("HandlerTimeout", "40s"), ("MaxConcurrency", "1"), ("MaxInFlight", "1"));
        rig.Start();
        rig.Send("a", "stuck");
        rig.Scheduler.Advance(Second * 45, Second);
        Assert.Empty(rig.Others());
        rig.Scheduler.Advance(SubscriptionRig.Lease + Second, Second);
        Assert.Equal(["stuck"], rig.Others());
    }

    [Fact]
    public void What_the_broker_delivers_again_meanwhile_is_settled_with_its_new_handle_and_handled_no_oftener()
    {
        List<string> log = [];
        SubscriptionRig? made = null;
        var handler = async ValueTask<Settlement> (EventContext<string> context, CancellationToken _) =>
        {
            var (text, attempt) = (context.Data, context.Attempt);
            log.Add($"{text} {attempt}");
            if (log.Count == 1)
                await Task.Delay(Second * 105, made!.Scheduler.Clock, CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        };
        using var rig = made = new SubscriptionRig(
            InMemoryProfile.Queue, builder => builder.AddHandler("work", handler), ("HandlerTimeout", "40s"), ("Retry:BaseDelay", "0ms"), ("Retry:MaxDelay", "0ms"));
        rig.Start();
        rig.Send("a", "slow");
        rig.Scheduler.Advance(Second * 300, Second);
        Assert.Equal(["slow 1", "slow 2"], log);
    }

    [Fact]
    public void What_is_in_flight_at_a_stop_goes_back_in_its_order()
    {
        var handler = static ValueTask<Settlement> (EventContext<string> _, CancellationToken _) => new(Settlement.Retry(TimeSpan.FromHours(1)));
        using var rig = new SubscriptionRig(InMemoryProfile.Queue, builder => builder.AddHandler("work", handler));
        rig.Start();
        foreach (var text in new[] { "1", "2", "3" })
            rig.Send("a", text);
        rig.Stop();
        Assert.Equal(["1", "2", "3"], rig.Others());
    }

    private static string Reason(InMemoryRecord letter) =>
        System.Text.Encoding.UTF8.GetString(letter.Headers.Single(static header => header.Key == "ef-reason").Value);

    private static double At(SubscriptionRig rig) => (rig.Scheduler.Clock.GetUtcNow() - new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)).TotalSeconds;
}
