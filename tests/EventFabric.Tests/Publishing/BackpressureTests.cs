using Xunit;

namespace EventFabric.Tests.Publishing;

public sealed class BackpressureTests
{
    private readonly ChannelRig _rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }, maxPending: 3).Opened();

    [Fact]
    public void Beyond_the_limit_events_wait_for_a_place_in_their_order()
    {
        for (var i = 0; i < 6; i++)
            _ = _rig.Publish($"{i}", "k");
        _rig.Advance(5);
        Assert.Equal(["0", "1 2"], _rig.Broker.Calls.Select(static call => call.Bodies));

        _rig.Broker.Calls[0].AcceptAll();
        _rig.Run();
        Assert.Equal("3", _rig.Broker.Last.Bodies);
        _rig.Broker.Calls[1].AcceptAll();
        _rig.Run();

        Assert.Equal("4 5", _rig.Broker.Last.Bodies);
    }

    [Fact]
    public void A_newcomer_does_not_pass_those_who_wait()
    {
        for (var i = 0; i < 4; i++)
            _ = _rig.Publish($"{i}");
        _rig.Advance(5);
        _rig.Broker.Calls[0].Accept(0);

        // The completion is not looked at yet: 3 still waits, though there is a place.
        _ = _rig.Publish("4");
        _rig.Run();
        foreach (var call in _rig.Broker.Calls.ToArray())
            call.AcceptAll();
        _rig.Run();
        foreach (var call in _rig.Broker.Calls.ToArray())
            call.AcceptAll();
        _rig.Run();

        Assert.Equal("0 1 2 3 4", _rig.Broker.StoredBodies);
    }

    [Fact]
    public async Task An_event_that_gets_no_place_within_the_timeout_is_not_sent_and_says_so()
    {
        for (var i = 0; i < 3; i++)
            _ = _rig.Publish($"{i}");
        _rig.Pass(TimeSpan.FromSeconds(1));
        var late = _rig.Publish("late");
        _rig.Pass(TimeSpan.FromSeconds(30));

        var failed = await ChannelRig.Failed(late);

        Assert.Equal(EventFabricErrorKind.Timeout, failed.Kind);
        Assert.True(failed.IsTransient);
        Assert.Equal(
            "Channel \"orders\" had no place for the event within EventFabric:PublishTimeout (30s): " +
            "EventFabric:MaxPendingPublishes (3) events wait for the broker. The event was not sent.",
            failed.Message);
        foreach (var call in _rig.Broker.Calls.ToArray())
            call.AcceptAll();
        _rig.Run();
        Assert.DoesNotContain("late", _rig.Broker.StoredBodies, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_event_that_is_cancelled_leaves_the_queue()
    {
        for (var i = 0; i < 3; i++)
            _ = _rig.Publish($"{i}");
        using var cancelling = new CancellationTokenSource();
        var cancelled = _rig.Publish("cancelled", cancellationToken: cancelling.Token);
        var next = _rig.Publish("next");
        _rig.Advance(5);

        await cancelling.CancelAsync();
        _rig.Run();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        for (var i = 0; i < 3; i++)
        {
            foreach (var call in _rig.Broker.Calls.ToArray())
                call.AcceptAll();
            _rig.Run();
        }

        Assert.Equal("id-next", (await next).Id);
        Assert.Equal("0 1 2 next", _rig.Broker.StoredBodies);
    }

    [Fact]
    public void Memory_is_bounded_by_bytes_as_well_and_one_event_always_fits()
    {
        var rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }, maxPendingBytes: 10).Opened();
        _ = rig.Publish("more than all of them");
        _ = rig.Publish("small");
        rig.Advance(5);
        Assert.Single(rig.Broker.Calls);

        rig.Broker.Last.AcceptAll();
        rig.Run();

        Assert.Equal("small", rig.Broker.Last.Bodies);
    }

    [Fact]
    public void A_timed_out_record_keeps_its_place_until_the_driver_is_done_with_it()
    {
        for (var i = 0; i < 3; i++)
            _ = _rig.Publish($"{i}");
        _rig.Pass(TimeSpan.FromSeconds(31));
        _ = _rig.Publish("late");
        _rig.Advance(5);
        Assert.DoesNotContain(_rig.Broker.Calls, static call => call.Bodies == "late");

        _rig.Broker.Calls[0].AcceptAll();
        _rig.Run();

        Assert.Equal("late", _rig.Broker.Last.Bodies);
    }
}
