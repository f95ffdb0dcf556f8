using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Tests.Publishing;

public sealed class TimeoutAndCancelTests
{
    private readonly ChannelRig _rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();

    [Fact]
    public async Task A_record_that_the_driver_never_completes_times_out_as_unknown()
    {
        var publish = _rig.Publish("a");
        _rig.Advance(29_999);
        Assert.False(publish.IsCompleted);
        _rig.Advance(1);

        var failed = await ChannelRig.Failed(publish);

        Assert.Equal(EventFabricErrorKind.Timeout, failed.Kind);
        Assert.True(failed.IsTransient);
        Assert.Equal(
            "The broker did not confirm the event for channel \"orders\" (address \"shop.orders\") within EventFabric:PublishTimeout (30s). " +
            "The event may be stored: publish it again with the same Id.",
            failed.Message);
        Assert.Equal("id-a", failed.Results[0].Id);
    }

    [Fact]
    public void Each_event_has_the_whole_timeout_for_itself()
    {
        var first = _rig.Publish("a");
        _rig.Advance(10_000);
        var second = _rig.Publish("b");
        _rig.Advance(20_000);
        Assert.True(first.IsFaulted);
        Assert.False(second.IsCompleted);
        _rig.Advance(9_999);
        Assert.False(second.IsCompleted);
        _rig.Advance(1);
        Assert.True(second.IsFaulted);
    }

    [Fact]
    public async Task An_outcome_that_stays_unknown_to_the_end_is_a_timeout_with_the_last_error_inside()
    {
        _rig.Broker.OnSend = static call =>
        {
            call.FailAll(SendStatus.Unknown, ErrorKind.Transient);
            return default;
        };
        var publish = _rig.Publish("a", "k");
        _rig.Pass(TimeSpan.FromSeconds(31));

        var failed = await ChannelRig.Failed(publish);

        Assert.Equal(EventFabricErrorKind.Timeout, failed.Kind);
        Assert.IsType<ScriptedException>(failed.InnerException);
        Assert.EndsWith("publish it again with the same Id.", failed.Message, StringComparison.Ordinal);
        Assert.InRange(_rig.Broker.Calls.Count, 8, 60);
    }

    [Fact]
    public async Task A_record_that_was_certainly_never_stored_says_so_when_it_times_out()
    {
        _rig.Broker.OnSend = static call =>
        {
            call.FailAll(SendStatus.NotSent, ErrorKind.Transient);
            return default;
        };
        var publish = _rig.Publish("a", "k");
        _rig.Pass(TimeSpan.FromSeconds(31));

        var failed = await ChannelRig.Failed(publish);

        Assert.Equal(
            "The broker did not take the event for channel \"orders\" (address \"shop.orders\") within EventFabric:PublishTimeout (30s). The event is not stored.",
            failed.Message);
        var calls = _rig.Broker.Calls.Count;
        _rig.Pass(TimeSpan.FromSeconds(31));
        Assert.Equal(calls, _rig.Broker.Calls.Count);
    }

    [Fact]
    public void A_key_goes_on_when_the_record_at_its_head_has_timed_out()
    {
        var first = _rig.Publish("1", "k");
        _rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Run();
        _rig.Advance(200);
        Assert.Equal("1", _rig.Broker.Last.Bodies);
        _rig.Advance(15_000);
        var second = _rig.Publish("2", "k");
        _rig.Pass(TimeSpan.FromSeconds(20));
        Assert.True(first.IsFaulted);
        Assert.False(second.IsCompleted);

        // Its outcome comes late, and is nobody's any more: it is not sent again.
        _rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Run();
        Assert.Equal("2", _rig.Broker.Last.Bodies);
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_cancelled_publish_ends_at_once_and_the_channel_is_usable_after_it()
    {
        using var cancelling = new CancellationTokenSource();
        var publish = _rig.Publish("a", "k", cancelling.Token);
        await cancelling.CancelAsync();
        _rig.Run();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);
        Assert.Equal(cancelling.Token, cancelled.CancellationToken);
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        var next = _rig.Publish("b", "k");
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        Assert.Equal("id-b", (await next).Id);
    }

    [Fact]
    public void A_cancelled_record_is_not_sent_again()
    {
        using var cancelling = new CancellationTokenSource();
        _ = _rig.Publish("a", "k", cancelling.Token);
        _rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Run();
        cancelling.Cancel();
        var next = _rig.Publish("b", "k");

        _rig.Advance(200);

        Assert.Equal("b", _rig.Broker.Last.Bodies);
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        Assert.True(next.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_token_that_was_cancelled_before_sends_nothing()
    {
        var publish = _rig.Publish("a", cancellationToken: new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);
        Assert.Empty(_rig.Broker.Calls);
    }

    [Fact]
    public async Task A_result_that_is_there_at_once_wins_over_the_token()
    {
        _rig.Broker.OnSend = ScriptedBroker.AcceptInline;
        using var cancelling = new CancellationTokenSource();
        var publish = _rig.Publish("a", cancellationToken: cancelling.Token);
        await cancelling.CancelAsync();

        Assert.Equal("id-a", (await publish).Id);
    }

    [Fact]
    public async Task User_code_never_runs_on_the_drivers_thread_nor_under_a_lock()
    {
        Thread? continuedOn = null;
        var isInside = false;
        var sawInside = false;
        var publish = Await();
        isInside = true;
        _rig.Broker.Last.AcceptAll();
        isInside = false;
        Assert.Null(continuedOn);
        _rig.Run();
        await publish;
        Assert.NotNull(continuedOn);
        Assert.False(sawInside);

        async Task Await()
        {
            await _rig.Channel.PublishAsync(_rig.Event("a"), CancellationToken.None);
            continuedOn = Thread.CurrentThread;
            sawInside = isInside;

            // Not under the lock: another thread gets it meanwhile.
            var other = Task.Run(() => _rig.Channel.PendingCount);
            Assert.True(other.Wait(TimeSpan.FromSeconds(10)), "The lock is held while user code runs.");
        }
    }

    [Fact]
    public async Task A_continuation_that_blocks_for_another_publish_of_its_burst_does_not_deadlock()
    {
        _ = _rig.Publish("gate");
        var second = new TaskCompletionSource<Task<PublishResult>>();
        var first = Task.Run(async () =>
        {
            await _rig.Channel.PublishAsync(_rig.Event("a"), CancellationToken.None);
            var waiting = await second.Task;
            Assert.True(waiting.Wait(TimeSpan.FromSeconds(10)), "The second of the burst was not woken.");
        });
        SpinWait.SpinUntil(() => _rig.Channel.PendingCount == 2, TimeSpan.FromSeconds(10));
        second.SetResult(_rig.Publish("b"));
        _rig.Broker.Last.AcceptAll();
        _rig.Run();
        _rig.Broker.Last.AcceptAll();

        // Two threads of a pool.
        var threads = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!first.IsCompleted)
            {
                _rig.Run();
                await Task.Yield();
            }
        }));
        await Task.WhenAll(threads);
        await first;
    }

    [Fact]
    public async Task A_record_that_failed_times_out_once_though_its_call_is_still_open()
    {
        var rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();
        _ = rig.Publish("gate");
        var open = rig.Publish("open", "o");
        var failed = rig.Publish("failed", "f");
        rig.Broker.Last.AcceptAll();
        rig.Run();
        Assert.Equal("open failed", rig.Broker.Last.Bodies);
        rig.Broker.Last.Fail(1, SendStatus.Unknown, ErrorKind.Throttled, retryAfter: TimeSpan.FromMinutes(1));
        rig.Pass(ChannelRig.Timeout);

        Assert.Equal(EventFabricErrorKind.Timeout, (await ChannelRig.Failed(open)).Kind);
        Assert.Equal(EventFabricErrorKind.Timeout, (await ChannelRig.Failed(failed)).Kind);
        var disposal = rig.Channel.DisposeAsync().AsTask();
        rig.Run();
        Assert.True(disposal.IsCompletedSuccessfully);
    }
}
