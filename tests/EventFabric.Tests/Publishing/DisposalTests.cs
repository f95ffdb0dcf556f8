using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Tests.Publishing;

public sealed class DisposalTests
{
    private readonly ChannelRig _rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();

    [Fact]
    public async Task What_was_published_is_sent_and_awaited_before_the_sender_is_closed()
    {
        var a = _rig.Publish("a");
        var b = _rig.Publish("b");
        var disposal = _rig.Channel.DisposeAsync().AsTask();
        _rig.Run();
        Assert.Equal("b", _rig.Broker.Last.Bodies);
        Assert.False(disposal.IsCompleted);
        Assert.False(_rig.Broker.Senders[0].IsDisposed);

        foreach (var call in _rig.Broker.Calls.ToArray())
            call.AcceptAll();
        _rig.Run();

        await disposal;
        Assert.Equal("id-a", (await a).Id);
        Assert.Equal("id-b", (await b).Id);
        Assert.True(_rig.Broker.Senders[0].IsDisposed);
    }

    [Fact]
    public async Task A_container_that_is_disposed_without_await_lets_what_was_published_end()
    {
        var rig = new PublisherRig(broker: new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();
        var note = rig.Publish(new Note("a"));

        rig.Services.Dispose();
        rig.Broker.Last.AcceptAll();
        rig.Scheduler.Run();

        Assert.NotEqual("", (await note).Id);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await rig.Publisher.PublishAsync(new Note("b"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_publish_that_is_inside_the_drivers_call_holds_the_end_up()
    {
        Task? disposal = null;
        var wasDisposed = true;
        _rig.Broker.OnSend = call =>
        {
            disposal = _rig.Channel.DisposeAsync().AsTask();
            _rig.Run();
            wasDisposed = call.Sender.IsDisposed;
            return ScriptedBroker.AcceptInline(call);
        };
        await _rig.Publish("a");
        _rig.Run();

        Assert.False(wasDisposed);
        await disposal!;
        Assert.True(_rig.Broker.Senders[0].IsDisposed);
    }

    [Fact]
    public async Task Events_that_wait_for_a_place_get_it_before_the_end()
    {
        var rig = new ChannelRig(new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }, maxPending: 1).Opened();
        var publishes = Enumerable.Range(0, 4).Select(i => rig.Publish($"{i}")).ToArray();
        var disposal = rig.Channel.DisposeAsync().AsTask();
        for (var i = 0; i < 4; i++)
        {
            rig.Run();
            rig.Broker.Last.AcceptAll();
        }

        rig.Run();
        await disposal;
        await Task.WhenAll(publishes);
    }

    [Fact]
    public async Task A_broker_that_never_answers_holds_the_end_up_no_longer_than_the_timeout()
    {
        var stuck = _rig.Publish("a");
        var disposal = _rig.Channel.DisposeAsync().AsTask();
        _rig.Pass(TimeSpan.FromSeconds(29));
        Assert.False(disposal.IsCompleted);

        _rig.Pass(TimeSpan.FromSeconds(1));

        await disposal;
        Assert.Equal(EventFabricErrorKind.Timeout, (await ChannelRig.Failed(stuck)).Kind);
        Assert.True(_rig.Broker.Last.Abort.IsCancellationRequested);
    }

    [Fact]
    public async Task After_the_end_publishing_says_that_it_is_disposed()
    {
        var disposal = _rig.Channel.DisposeAsync().AsTask();
        _rig.Run();
        await disposal;

        var refused = await Assert.ThrowsAsync<ObjectDisposedException>(() => _rig.Publish("a"));

        Assert.Equal(nameof(IEventPublisher), refused.ObjectName);
        Assert.StartsWith("The publisher is disposed: its service provider was disposed. Nothing was sent.", refused.Message, StringComparison.Ordinal);
        await _rig.Channel.DisposeAsync();
    }

    [Fact]
    public async Task A_channel_that_was_never_used_ends_at_once_and_opens_nothing()
    {
        var rig = new ChannelRig();
        var disposal = rig.Channel.DisposeAsync().AsTask();
        rig.Run();

        await disposal;
        Assert.Equal(0, rig.Broker.Opens);
    }

    [Fact]
    public async Task Failures_are_still_sent_again_while_it_ends()
    {
        var publish = _rig.Publish("a", "k");
        var disposal = _rig.Channel.DisposeAsync().AsTask();
        _rig.Broker.Last.Fail(0, SendStatus.NotSent, ErrorKind.Transient);
        _rig.Broker.OnSend = ScriptedBroker.AcceptInline;
        _rig.Advance(100);

        await disposal;
        Assert.Equal("id-a", (await publish).Id);
    }

    [Fact]
    public async Task Every_task_completes_when_the_end_comes_in_the_middle_of_publishing()
    {
        var rig = new ChannelRig(new ScriptedBroker { OnSend = static call => call.Batch.Completion }, maxPending: 50).Opened();
        var publishers = Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            var publishes = new List<Task<PublishResult>>();
            for (var i = 0; i < 500; i++)
            {
                publishes.Add(rig.Publish($"{thread}-{i}", $"k{i % 7}"));
                if (i % 50 == 0)
                    await Task.Yield();
            }

            return publishes;
        })).ToArray();
        var disposal = Task.Run(() => rig.Channel.DisposeAsync().AsTask());
        var driver = Task.Run(async () =>
        {
            var all = Task.WhenAll(publishers);
            var answered = 0;
            while (!disposal.IsCompleted || !all.IsCompleted)
            {
                ScriptedCall[] calls;
                lock (rig.Broker.Calls)
                    calls = [.. rig.Broker.Calls];
                for (; answered < calls.Length; answered++)
                    calls[answered].AcceptAll();
                rig.Run();
                await Task.Yield();
            }
        });
        await driver.WaitAsync(TimeSpan.FromSeconds(60));
        await disposal;

        var stored = rig.Broker.Stored.Select(static record => record.Id).ToHashSet();
        foreach (var publish in (await Task.WhenAll(publishers)).SelectMany(static publishes => publishes))
        {
            Assert.True(publish.IsCompleted);
            if (publish.IsCompletedSuccessfully)
                Assert.Contains((await publish).Id, stored);
            else
                await Assert.ThrowsAsync<ObjectDisposedException>(() => publish);
        }

        rig.NothingIsWrong();
    }
}
