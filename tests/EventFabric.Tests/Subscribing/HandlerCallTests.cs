using EventFabric.Drivers;
using EventFabric.Subscribing;
using EventFabric.Tests.Engine;
using EventFabric.Tracking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EventFabric.Tests.Subscribing;

public sealed class HandlerCallTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly SubscriptionRig _rig = new(
        InMemoryProfile.Log, static builder => builder.AddHandler<string>("work", static (_, _) => new(Settlement.Ack)), ("HandlerTimeout", "10s"));

    private readonly SubscriptionCore _core;
    private readonly HandlerCall _call;
    private readonly InFlightRecord _first = Record();
    private readonly InFlightRecord _second = Record();

    public HandlerCallTests()
    {
        _core = new SubscriptionCore(
            _rig.Plan,
            new HandlerTable(new Dictionary<string, TypeBinding>(), 0),
            new SubscriptionServices(null!, _rig.Scheduler, null!, NullLogger.Instance, null!, [], null!));
        _call = new HandlerCall(_core);
    }

    [Fact]
    public void A_call_that_was_cancelled_says_why_and_the_next_one_has_a_fresh_token()
    {
        _call.Begin(_first);
        _call.Suspend();
        _call.Cancel(record => record == _first, CallEnd.Lost);
        Assert.True(_call.Token.IsCancellationRequested);
        Assert.Equal(CallEnd.Lost, _call.End());
        _call.Renew();
        _call.Begin(_second);
        Assert.False(_call.Token.IsCancellationRequested);
        Assert.Equal(CallEnd.None, _call.End());
    }

    [Fact]
    public void A_call_is_cancelled_for_its_own_record_only_or_for_one_of_its_batch()
    {
        _call.Begin(_first);
        _call.Cancel(record => record == _second, CallEnd.Lost);
        Assert.False(_call.Token.IsCancellationRequested);
        _call.End();
        _call.Begin(_first, [_first, _second]);
        _call.Cancel(record => record == _second, CallEnd.TimedOut);
        Assert.Equal(CallEnd.TimedOut, _call.End());
        Assert.True(_first.IsTimedOut && _second.IsTimedOut);
    }

    [Fact]
    public void The_first_reason_stands()
    {
        _call.Begin(_first);
        _call.Cancel(static _ => true, CallEnd.Draining);
        _call.Cancel(static _ => true, CallEnd.TimedOut);
        Assert.Equal(CallEnd.Draining, _call.End());
        Assert.False(_first.IsTimedOut);
    }

    [Fact]
    public void A_cancellation_that_came_too_late_for_its_call_is_not_the_next_ones()
    {
        _call.Begin(_first);
        _call.Cancel(
            _ =>
            {
                // The call ends, and the next begins, between the look at its record and the cancellation.
                Assert.Equal(CallEnd.None, _call.End());
                _call.Begin(_second);
                return true;
            },
            CallEnd.Lost);
        Assert.True(_call.IsCancelled);
        Assert.Equal(CallEnd.None, _call.End());
    }

    [Fact]
    public void A_suspended_call_times_out_exactly_and_one_that_blocks_its_thread_at_the_second_look()
    {
        Assert.Null(_call.CheckTimeout(Timeout));
        _call.Begin(_first);
        _call.Suspend();
        _rig.Scheduler.Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(6), _call.CheckTimeout(Timeout));
        _rig.Scheduler.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(_call.CheckTimeout(Timeout));
        Assert.Equal(CallEnd.TimedOut, _call.End());
        Assert.True(_first.IsTimedOut);

        _call.Renew();
        _call.Begin(_second);
        Assert.Equal(Timeout, _call.CheckTimeout(Timeout));
        Assert.False(_call.IsCancelled);
        Assert.Null(_call.CheckTimeout(Timeout));
        Assert.Equal(CallEnd.TimedOut, _call.End());
    }

    [Fact]
    public void A_call_whose_tenure_was_lost_before_it_suspended_is_cancelled_all_the_same()
    {
        _call.Begin(_first);
        _first.Part.Owner.End();
        _call.Suspend();
        _rig.Scheduler.Run();
        Assert.Equal(CallEnd.Lost, _call.End());
    }

    [Fact]
    public void What_an_application_throws_from_its_registration_is_its_own()
    {
        _call.Begin(_first);
        using var registration = _call.Token.Register(static () => throw new InvalidOperationException("planned"));
        _call.Cancel(static _ => true, CallEnd.Lost);
        Assert.Equal(CallEnd.Lost, _call.End());
    }

    public void Dispose()
    {
        _call.Dispose();
        _core.Dispose();
        _rig.Dispose();
    }

    private static InFlightRecord Record() => new() { Part = new PartitionState(new Ownership("0", 0), cumulative: false) };
}
