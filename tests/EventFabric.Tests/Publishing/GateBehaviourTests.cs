using Xunit;

namespace EventFabric.Tests.Publishing;

public sealed class GateBehaviourTests
{
    private readonly ChannelRig _rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();

    [Fact]
    public async Task An_event_that_finds_no_call_open_goes_at_once_and_on_its_own_stack()
    {
        var rig = new ChannelRig().Opened();
        var queued = rig.Scheduler.Queued;

        var publish = rig.Channel.PublishAsync(rig.Event("a"), CancellationToken.None);

        Assert.True(publish.IsCompletedSuccessfully);
        Assert.Equal("id-a", (await publish).Id);
        Assert.Equal(queued, rig.Scheduler.Queued);
        rig.NothingIsWrong();
    }

    [Fact]
    public void Events_that_find_a_call_open_gather_until_a_record_of_it_is_completed()
    {
        _ = _rig.Publish("a");
        var b = _rig.Publish("b");
        var c = _rig.Publish("c");
        _rig.Run();
        Assert.Single(_rig.Broker.Calls);

        _rig.Broker.Calls[0].Accept(0);
        _rig.Run();

        Assert.Equal("b c", _rig.Broker.Last.Bodies);
        Assert.False(b.IsCompleted || c.IsCompleted);
    }

    [Fact]
    public async Task Records_that_another_thread_completes_during_the_start_end_while_the_call_stays_open()
    {
        _ = _rig.Publish("dead");
        var publishes = new[] { _rig.Publish("a"), _rig.Publish("b"), _rig.Publish("open") };
        _rig.Broker.OnSend = static call =>
        {
            var driver = new Thread(() =>
            {
                call.Accept(0);
                call.Accept(1);
            });
            driver.Start();
            driver.Join();
            return call.Batch.Completion;
        };

        _rig.Advance(5);
        _rig.Run();

        Assert.Equal("a b open", _rig.Broker.Last.Bodies);
        Assert.True(publishes[0].IsCompleted && publishes[1].IsCompleted, "two publishes to have ended");
        Assert.Equal("id-b", (await publishes[1]).Id);
        Assert.False(publishes[2].IsCompleted);
    }

    [Fact]
    public void A_call_that_never_ends_holds_others_up_for_five_milliseconds_only()
    {
        _ = _rig.Publish("dead");
        _ = _rig.Publish("b");
        _rig.Advance(2);
        _ = _rig.Publish("c");
        _rig.Advance(2);
        Assert.Single(_rig.Broker.Calls);

        _rig.Advance(1);

        Assert.Equal("b c", _rig.Broker.Last.Bodies);
    }

    [Fact]
    public async Task A_dead_partition_delays_no_other()
    {
        var dead = _rig.Publish("dead", "dead");
        for (var i = 0; i < 20; i++)
        {
            var live = _rig.Publish($"live{i}", "live");
            _rig.Advance(5);
            Assert.Equal($"live{i}", _rig.Broker.Last.Bodies);
            _rig.Broker.Last.AcceptAll();
            _rig.Run();
            Assert.Equal($"id-live{i}", (await live).Id);
        }

        Assert.False(dead.IsCompleted);
        _rig.NothingIsWrong();
    }

    [Fact]
    public void A_completed_record_lets_the_next_event_go_at_once()
    {
        _ = _rig.Publish("dead");
        _ = _rig.Publish("b");
        _rig.Advance(5);
        _rig.Broker.Last.AcceptAll();
        _rig.Run();

        _ = _rig.Publish("c");

        Assert.Equal("c", _rig.Broker.Last.Bodies);
    }

    [Fact]
    public void A_full_batch_goes_whatever_is_open()
    {
        var rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen, Traits = ScriptedBroker.DefaultTraits with { MaxCount = 3 } }).Opened();
        _ = rig.Publish("dead");
        for (var i = 0; i < 7; i++)
            _ = rig.Publish($"{i}");
        rig.Run();

        Assert.Equal(["dead", "0 1 2", "3 4 5"], rig.Broker.Calls.Select(static call => call.Bodies));
    }

    [Fact]
    public void A_batch_is_full_by_bytes_too()
    {
        var rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen, Traits = ScriptedBroker.DefaultTraits with { MaxBatchBytes = 10 } }).Opened();
        _ = rig.Publish("dead");
        foreach (var body in new[] { "1234", "5678", "90123", "too-large-for-a-batch", "x" })
            _ = rig.Publish(body);
        rig.Run();
        rig.Advance(5);

        Assert.Equal(["dead", "1234 5678", "90123", "too-large-for-a-batch", "x"], rig.Broker.Calls.Select(static call => call.Bodies));
    }

    [Fact]
    public void No_more_calls_are_open_than_the_driver_allows()
    {
        var rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen, Traits = ScriptedBroker.DefaultTraits with { MaxOpenCalls = 2 } }).Opened();
        _ = rig.Publish("a");
        _ = rig.Publish("b");
        rig.Advance(5);
        _ = rig.Publish("c");
        rig.Advance(50);
        Assert.Equal(2, rig.Broker.Calls.Count);

        rig.Broker.Calls[0].AcceptAll();
        rig.Run();

        Assert.Equal("c", rig.Broker.Last.Bodies);
    }

    [Fact]
    public void No_more_records_are_open_than_the_driver_allows()
    {
        var rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen, Traits = ScriptedBroker.DefaultTraits with { MaxOpenRecords = 3 } }).Opened();
        _ = rig.Publish("a");
        _ = rig.Publish("b");
        _ = rig.Publish("c");
        rig.Advance(5);
        _ = rig.Publish("d");
        rig.Advance(50);
        Assert.Equal(["a", "b c"], rig.Broker.Calls.Select(static call => call.Bodies));

        rig.Broker.Calls[0].AcceptAll();
        rig.Run();

        Assert.Equal("d", rig.Broker.Last.Bodies);
    }

    [Fact]
    public void The_one_timer_rings_only_while_something_waits_for_it()
    {
        var a = _rig.Publish("a");
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        Assert.True(a.IsCompletedSuccessfully);
        _rig.Pass(TimeSpan.FromMinutes(2));
        var queued = _rig.Scheduler.Queued;

        _rig.Pass(TimeSpan.FromMinutes(2));

        Assert.Equal(queued, _rig.Scheduler.Queued);
    }
}
