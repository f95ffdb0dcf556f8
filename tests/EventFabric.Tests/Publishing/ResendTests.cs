using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Tests.Publishing;

public sealed class ResendTests
{
    private readonly ChannelRig _rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();

    [Theory]
    [InlineData(SendStatus.NotSent, ErrorKind.Transient)]
    [InlineData(SendStatus.Unknown, ErrorKind.Transient)]
    [InlineData(SendStatus.NotSent, ErrorKind.Unauthorized)]
    [InlineData(SendStatus.Unknown, ErrorKind.Unknown)]
    [InlineData(SendStatus.Rejected, ErrorKind.Transient)]
    [InlineData(SendStatus.Rejected, ErrorKind.Throttled)]
    public async Task What_may_succeed_later_is_sent_again(object status, object kind)
    {
        var publish = _rig.Publish("a", "k");
        _rig.Broker.Last.Fail(0, (SendStatus)status, (ErrorKind)kind);
        _rig.Run();
        Assert.False(publish.IsCompleted);

        _rig.Advance(100);
        Assert.Equal(["a", "a"], _rig.Broker.Calls.Select(static call => call.Bodies));
        _rig.Broker.Last.AcceptAll();
        _rig.Run();

        Assert.Equal("id-a", (await publish).Id);
        Assert.Equal("a", _rig.Broker.StoredBodies);
    }

    [Theory]
    [InlineData(ErrorKind.NotFound, EventFabricErrorKind.NotFound)]
    [InlineData(ErrorKind.Unauthorized, EventFabricErrorKind.Unauthorized)]
    [InlineData(ErrorKind.TooLarge, EventFabricErrorKind.TooLarge)]
    [InlineData(ErrorKind.Invalid, EventFabricErrorKind.Rejected)]
    [InlineData(ErrorKind.Fenced, EventFabricErrorKind.Unavailable)]
    [InlineData(ErrorKind.Unknown, EventFabricErrorKind.Rejected)]
    public async Task Any_other_rejection_is_final_and_surfaced_at_once(object kind, EventFabricErrorKind expected)
    {
        var publish = _rig.Publish("a", "k");
        _rig.Broker.Last.Fail(0, SendStatus.Rejected, (ErrorKind)kind);
        _rig.Run();

        var failed = await ChannelRig.Failed(publish);

        Assert.Equal(expected, failed.Kind);
        Assert.Equal(
            $"The broker refused the event for channel \"orders\" (address \"shop.orders\"): {expected} (scripted-{kind.ToString()!.ToLowerInvariant()}). The event is not stored.",
            failed.Message);
        Assert.IsType<ScriptedException>(failed.InnerException);
        var result = Assert.Single(failed.Results);
        Assert.Equal("id-a", result.Id);
        Assert.Equal(expected, result.Error!.Kind);
        _rig.Pass(TimeSpan.FromSeconds(31));
        Assert.Single(_rig.Broker.Calls);
    }

    [Fact]
    public async Task A_rejection_inside_the_call_is_surfaced_on_the_same_stack()
    {
        _rig.Broker.OnSend = static call =>
        {
            call.Fail(0, SendStatus.Rejected, ErrorKind.Invalid);
            return default;
        };

        var publish = _rig.Publish("a");

        Assert.Equal(EventFabricErrorKind.Rejected, (await ChannelRig.Failed(publish)).Kind);
    }

    [Fact]
    public void Resends_back_off_from_a_tenth_of_a_second_to_five_seconds()
    {
        _ = _rig.Publish("a");
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            _rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
            _rig.Run();
            var calls = _rig.Broker.Calls.Count;
            var waited = 0;
            while (_rig.Broker.Calls.Count == calls && waited < 30_000)
            {
                _rig.Advance(1);
                waited++;
            }

            waits.Add(waited);
        }

        for (var i = 0; i < waits.Count; i++)
            Assert.True(waits[i] <= Math.Min(5000, 100 << i) + 1, $"Wait {i} was {waits[i]} ms; all: {string.Join(' ', waits)}");
        Assert.True(waits.Max() > 1000, $"The waits do not grow: {string.Join(' ', waits)}");
    }

    [Fact]
    public void A_broker_that_names_a_time_is_given_it()
    {
        _ = _rig.Publish("a");
        _rig.Broker.Last.Fail(0, SendStatus.Rejected, ErrorKind.Throttled, retryAfter: TimeSpan.FromSeconds(7));
        _rig.Pass(TimeSpan.FromSeconds(6.9));
        Assert.Single(_rig.Broker.Calls);

        _rig.Pass(TimeSpan.FromSeconds(0.2));

        Assert.Equal(2, _rig.Broker.Calls.Count);
    }

    [Fact]
    public async Task A_fault_of_the_call_means_that_nobody_knows_of_the_rest()
    {
        _rig.Broker.OnSend = static call =>
        {
            call.Accept(0);
            throw new ScriptedException(ErrorKind.Transient);
        };
        var a = _rig.Publish("a");
        _rig.Broker.OnSend = ScriptedBroker.LeaveOpen;
        var gate = _rig.Publish("gate");
        var b = _rig.Publish("b");
        var c = _rig.Publish("c");
        _rig.Broker.OnSend = static call =>
        {
            call.Accept(0);
            return ValueTask.FromException(new ScriptedException(ErrorKind.Transient));
        };
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        Assert.True(a.IsCompletedSuccessfully && gate.IsCompletedSuccessfully && b.IsCompletedSuccessfully);
        Assert.False(c.IsCompleted);

        _rig.Broker.OnSend = ScriptedBroker.AcceptInline;
        _rig.Advance(100);

        Assert.Equal("id-c", (await c).Id);
        Assert.Equal("a gate b c", _rig.Broker.StoredBodies);
    }

    [Fact]
    public void A_driver_that_ends_a_call_without_completing_its_records_loses_none()
    {
        _rig.Broker.OnSend = static _ => default;
        var publish = _rig.Publish("a");
        Assert.False(publish.IsCompleted);
        _rig.Broker.OnSend = ScriptedBroker.AcceptInline;

        _rig.Advance(100);

        Assert.True(publish.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_fatal_error_opens_the_sender_again_first()
    {
        var publish = _rig.Publish("a", "k");
        var old = _rig.Broker.Senders[^1];
        _rig.Broker.Last.Fail(0, SendStatus.Rejected, ErrorKind.Fatal);
        _rig.Run();
        Assert.True(old.IsDisposed);
        _rig.Broker.OnSend = ScriptedBroker.AcceptInline;

        _rig.Advance(100);

        Assert.Equal("id-a", (await publish).Id);
        Assert.Equal(2, _rig.Broker.Opens);
        Assert.NotSame(old, _rig.Broker.Last.Sender);
    }

    [Fact]
    public async Task Calls_that_a_thrown_away_sender_leaves_open_are_sent_again_by_the_next()
    {
        var stuck = _rig.Publish("stuck", "s");
        var fatal = _rig.Publish("fatal", "f");
        _rig.Advance(5);
        _rig.Broker.OnSend = ScriptedBroker.AcceptInline;
        _rig.Broker.Last.Fail(0, SendStatus.Unknown, ErrorKind.Fatal);

        _rig.Run();
        _rig.Advance(100);

        Assert.Equal("id-fatal", (await fatal).Id);
        Assert.Equal("id-stuck", (await stuck).Id);
        Assert.Equal(["fatal", "stuck"], _rig.Broker.Stored.Select(static record => record.Body).Order());
    }

    [Fact]
    public async Task A_duplicate_is_a_success_that_says_so()
    {
        var publish = _rig.Publish("a");
        _rig.Broker.Last.Duplicate(0);
        _rig.Run();

        var result = await publish;

        Assert.True(result.IsDuplicate);
        Assert.Null(result.Position);
        Assert.Null(result.Error);
    }

    [Fact]
    public async Task The_position_is_the_brokers_and_none_where_it_says_none()
    {
        var publish = _rig.Publish("a");
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        Assert.Equal("orders/3/1", (await publish).Position.ToString());

        var mute = new ChannelRig(new ScriptedBroker { PublishPosition = Support.Unsupported }).Opened();
        Assert.Null((await mute.Publish("a")).Position);
    }
}
