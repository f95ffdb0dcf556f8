using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Tests.Publishing;

/// <summary>Rule 6: of one key, what is stored is stored in publish order, whatever fails on the way.</summary>
public sealed class KeyOrderTests
{
    private readonly ChannelRig _rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();

    [Fact]
    public void A_record_that_failed_keeps_later_ones_of_its_key_waiting_and_goes_before_them()
    {
        _ = _rig.Publish("1", "k");
        _rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Run();
        _ = _rig.Publish("2", "k");
        _ = _rig.Publish("other", "o");
        Assert.Equal("other", _rig.Broker.Last.Bodies);
        _rig.Broker.Last.AcceptAll();

        _rig.Advance(100);

        Assert.Equal("1 2", _rig.Broker.Last.Bodies);
    }

    [Fact]
    public void Records_of_the_key_under_way_in_other_calls_are_waited_for()
    {
        _ = _rig.Publish("1", "k");
        _ = _rig.Publish("2", "k");
        _rig.Advance(5);
        Assert.Equal(2, _rig.Broker.Calls.Count);
        _rig.Broker.Calls[0].Fail(0, SendStatus.NotSent, ErrorKind.Transient);

        _rig.Pass(TimeSpan.FromSeconds(6));
        Assert.Equal(2, _rig.Broker.Calls.Count);
        _rig.Broker.Calls[1].Fail(0, SendStatus.NotSent);
        _rig.Advance(5000);

        Assert.Equal("1 2", _rig.Broker.Last.Bodies);
    }

    [Fact]
    public void Only_one_call_of_the_key_is_open_until_everything_behind_the_fence_is_stored()
    {
        _ = _rig.Publish("1", "k");
        _rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Advance(100);
        Assert.Equal("1", _rig.Broker.Last.Bodies);
        _ = _rig.Publish("2", "k");
        _ = _rig.Publish("3", "k");
        _rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _rig.Broker.Calls.Count);

        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        Assert.Equal("2 3", _rig.Broker.Last.Bodies);
        _rig.Broker.Last.AcceptAll();
        _rig.Run();

        // The fence is gone: calls overlap again.
        _ = _rig.Publish("4", "k");
        _ = _rig.Publish("5", "k");
        _rig.Advance(5);
        Assert.Equal("5", _rig.Broker.Last.Bodies);
        Assert.Equal("1 2 3", _rig.Broker.StoredBodies);
    }

    [Fact]
    public async Task After_a_final_rejection_the_records_that_were_left_out_behind_it_are_sent()
    {
        var gate = _rig.Publish("gate");
        var bad = _rig.Publish("bad", "k");
        var left = _rig.Publish("left", "k");
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        _rig.Broker.Last.Fail(0, SendStatus.Rejected, ErrorKind.Invalid);
        _rig.Broker.Last.Fail(1, SendStatus.NotSent);
        _rig.Run();

        Assert.Equal(EventFabricErrorKind.Rejected, (await ChannelRig.Failed(bad)).Kind);
        Assert.Equal("left", _rig.Broker.Last.Bodies);
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        Assert.Equal("id-left", (await left).Id);
        Assert.True(gate.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_record_whose_successor_in_the_same_call_is_stored_is_not_sent_again()
    {
        _ = _rig.Publish("gate");
        var first = _rig.Publish("1", "k");
        var second = _rig.Publish("2", "k");
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        _rig.Broker.Last.Accept(1);
        _rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Run();

        var gap = await ChannelRig.Failed(first);

        Assert.Equal(EventFabricErrorKind.OrderGap, gap.Kind);
        Assert.Equal("A later event of the same key is stored in channel \"orders\" already, so this one is not sent again. It is not stored.", gap.Message);
        Assert.Equal("id-2", (await second).Id);
        _rig.Pass(TimeSpan.FromSeconds(31));
        Assert.Equal("gate 2", _rig.Broker.StoredBodies);
    }

    [Fact]
    public async Task A_record_whose_successor_was_stored_by_a_call_that_is_long_over_is_not_sent_again()
    {
        var first = _rig.Publish("1", "k");
        var second = _rig.Publish("2", "k");
        _rig.Advance(5);
        _rig.Broker.Calls[1].AcceptAll();
        _rig.Run();
        Assert.Equal("id-2", (await second).Id);
        for (var i = 0; i < 5; i++)
        {
            _ = _rig.Publish($"o{i}", "o");
            _rig.Advance(5);
            _rig.Broker.Last.AcceptAll();
            _rig.Run();
        }

        _rig.Broker.Calls[0].Fail(0, SendStatus.Unknown, ErrorKind.Transient);
        _rig.Run();

        var gap = await ChannelRig.Failed(first);
        Assert.Equal("A later event of the same key is stored in channel \"orders\" already, so this one is not sent again. It may be stored.", gap.Message);
    }

    [Fact]
    public async Task A_record_that_waits_to_be_sent_again_is_given_up_when_a_successor_turns_out_to_be_stored()
    {
        var first = _rig.Publish("1", "k");
        var second = _rig.Publish("2", "k");
        _rig.Advance(5);
        _rig.Broker.Calls[0].Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Run();
        var third = _rig.Publish("3", "k");
        Assert.False(first.IsCompleted);

        _rig.Broker.Calls[1].AcceptAll();
        _rig.Run();

        Assert.Equal(EventFabricErrorKind.OrderGap, (await ChannelRig.Failed(first)).Kind);
        Assert.Equal("id-2", (await second).Id);
        _rig.Advance(100);
        Assert.Equal("3", _rig.Broker.Last.Bodies);
        Assert.False(third.IsCompleted);
    }

    [Fact]
    public void A_batch_that_is_not_sent_yet_gives_the_records_of_the_key_back()
    {
        _ = _rig.Publish("1", "k");
        _ = _rig.Publish("2", "k");
        _ = _rig.Publish("other", "o");
        _ = _rig.Publish("3", "k");
        _rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Run();
        Assert.Equal("other", _rig.Broker.Last.Bodies);
        _rig.Broker.Last.AcceptAll();

        _rig.Advance(100);

        Assert.Equal("1 2 3", _rig.Broker.Last.Bodies);
    }

    [Fact]
    public void Keyless_records_wait_for_nobody_and_hold_nobody_up()
    {
        _ = _rig.Publish("a");
        _rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Run();

        _ = _rig.Publish("b");

        Assert.Equal("b", _rig.Broker.Last.Bodies);
        _rig.Broker.Last.AcceptAll();
        _rig.Advance(100);
        Assert.Equal("a", _rig.Broker.Last.Bodies);
    }

    [Fact]
    public void A_key_that_does_not_fit_into_one_batch_goes_in_several_calls_one_after_the_other()
    {
        var rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen, Traits = ScriptedBroker.DefaultTraits with { MaxCount = 2 } }).Opened();
        _ = rig.Publish("0", "k");
        rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        rig.Run();
        for (var i = 1; i < 5; i++)
            _ = rig.Publish($"{i}", "k");
        rig.Advance(100);
        Assert.Equal("0 1", rig.Broker.Last.Bodies);
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(2, rig.Broker.Calls.Count);

        rig.Broker.Last.AcceptAll();
        rig.Run();
        Assert.Equal("2 3", rig.Broker.Last.Bodies);
        rig.Broker.Last.AcceptAll();
        rig.Run();
        Assert.Equal("4", rig.Broker.Last.Bodies);
    }

    [Fact]
    public async Task A_record_that_failed_is_not_sent_after_a_later_one_that_was_stored_inside_its_call()
    {
        _ = _rig.Publish("gate");
        var first = _rig.Publish("1", "k");
        var other = _rig.Publish("other", "o");
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        var open = _rig.Broker.Last;
        Assert.Equal("1 other", open.Bodies);
        open.Accept(1);
        _rig.Run();
        Assert.True(other.IsCompletedSuccessfully);

        _rig.Broker.OnSend = ScriptedBroker.AcceptInline;
        Assert.True(_rig.Publish("2", "k").IsCompletedSuccessfully);
        open.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Pass(TimeSpan.FromSeconds(6));

        Assert.Equal("gate other 2", _rig.Broker.StoredBodies);
        Assert.Equal(EventFabricErrorKind.OrderGap, (await ChannelRig.Failed(first)).Kind);
    }

    [Fact]
    public async Task Events_of_one_key_in_turn_keep_their_order_through_a_failure_in_every_place()
    {
        for (var failing = 0; failing < 6; failing++)
        {
            var rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();
            var publishes = new List<Task<PublishResult>>();
            var fails = failing;
            rig.Broker.OnSend = call =>
            {
                for (var i = 0; i < call.Records.Count; i++)
                {
                    if (fails-- == 0)
                    {
                        call.Fail(i, SendStatus.Unknown, ErrorKind.Transient);
                        for (i++; i < call.Records.Count; i++)
                            call.Fail(i, SendStatus.NotSent);
                    }
                    else
                    {
                        call.Accept(i);
                    }
                }

                return default;
            };
            for (var i = 0; i < 6; i++)
                publishes.Add(rig.Publish($"{i}", "k"));
            rig.Pass(TimeSpan.FromSeconds(2));

            await Task.WhenAll(publishes);
            Assert.Equal("0 1 2 3 4 5", rig.Broker.StoredBodies);
        }
    }
}
