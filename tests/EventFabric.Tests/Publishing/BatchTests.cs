using EventFabric.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Publishing;

public sealed class BatchTests
{
    private readonly PublisherRig _rig = new PublisherRig().Opened();

    [Fact]
    public async Task Results_come_in_input_order_and_the_events_go_in_one_call()
    {
        var events = Enumerable.Range(0, 50).Select(static i => new Placed($"o-{i}")).ToArray();

        var results = await _rig.Publisher.PublishBatchAsync(events);

        Assert.Single(_rig.Broker.Calls);
        Assert.Equal(_rig.Broker.Stored.Select(static record => record.Id), results.Select(static result => result.Id));
        Assert.Equal(events.Select(static placed => placed.OrderId), _rig.Broker.Stored.Select(static record => record.Key));
        Assert.All(results, static result => Assert.Null(result.Error));
    }

    [Fact]
    public async Task An_empty_batch_is_an_empty_list()
    {
        Assert.Empty(await _rig.Publisher.PublishBatchAsync(Array.Empty<Placed>()));
        Assert.Empty(_rig.Broker.Calls);
    }

    [Fact]
    public async Task A_batch_may_mix_types_and_channels_and_a_sequence_is_enumerated_once()
    {
        var enumerations = 0;
        var batch = _rig.Publisher.PublishBatchAsync(Events(), static shop => shop is Note ? new PublishOptions { Channel = "audit" } : null);
        _rig.Run();

        var results = await batch;

        Assert.Equal(1, enumerations);
        Assert.Equal(["orders", "audit", "orders"], results.Select(static result => result.Position!.Value.Channel));

        IEnumerable<IShopEvent> Events()
        {
            enumerations++;
            yield return new Placed("1");
            yield return new Note("n");
            yield return new Cancelled("1");
        }
    }

    [Fact]
    public async Task Everything_is_checked_before_anything_is_sent()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _rig.Publisher.PublishBatchAsync<IShopEvent>([new Placed("1"), new Unknown("x")]));
        var missing = await Assert.ThrowsAsync<ArgumentException>(() => _rig.Publisher.PublishBatchAsync<Placed>([new Placed("1"), null!]));
        Assert.Equal("Event 1 of the batch is null.", missing.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => _rig.Publisher.PublishBatchAsync<Placed>(
            [new Placed("1"), new Placed("2")],
            static placed => placed.OrderId == "2" ? new PublishOptions { Headers = new Dictionary<string, string> { ["ce_x"] = "" } } : null));
        await Assert.ThrowsAsync<NotSupportedException>(() => _rig.Publisher.PublishBatchAsync<Placed>(
            [new Placed("1"), new Placed("2")], static placed => placed.OrderId == "2" ? new PublishOptions { ExpiresAt = DateTimeOffset.UnixEpoch } : null));

        Assert.Empty(_rig.Broker.Calls);
    }

    [Fact]
    public async Task Any_failure_throws_with_every_result_in_input_order()
    {
        _rig.Broker.OnSend = static call =>
        {
            for (var i = 0; i < call.Records.Count; i++)
            {
                if (i is 1 or 3)
                    call.Fail(i, SendStatus.Rejected, i == 1 ? ErrorKind.Invalid : ErrorKind.Unauthorized);
                else
                    call.Accept(i);
            }

            return default;
        };

        var failed = await Assert.ThrowsAsync<PublishException>(() => _rig.Publisher.PublishBatchAsync(Enumerable.Range(0, 5).Select(static i => new Note($"{i}"))));

        Assert.Equal(EventFabricErrorKind.Rejected, failed.Kind);
        Assert.Equal(
            "2 of 5 events are not known to be stored. The first failure: " +
            "The broker refused the event for channel \"orders\" (address \"orders\"): Rejected (scripted-invalid). The event is not stored.",
            failed.Message);
        Assert.Equal([null, EventFabricErrorKind.Rejected, null, EventFabricErrorKind.Unauthorized, null], failed.Results.Select(static result => result.Error?.Kind));
        Assert.Equal(_rig.Broker.Calls[0].Records.Select(static record => record.Id), failed.Results.Select(static result => result.Id));
        Assert.Equal(3, _rig.Broker.Stored.Count);
    }

    [Fact]
    public async Task An_event_that_cannot_be_serialized_or_is_too_large_fails_alone()
    {
        var failed = await Assert.ThrowsAsync<PublishException>(() => _rig.Publisher.PublishBatchAsync<object>(
            [new Note("a"), new Measured(1, -1), new Note(new string('x', 5000)), new Note("b")]));

        Assert.Equal([null, EventFabricErrorKind.Serialization, EventFabricErrorKind.TooLarge, null], failed.Results.Select(static result => result.Error?.Kind));
        Assert.Equal(2, _rig.Broker.Stored.Count);
        Assert.All(failed.Results, static result => Assert.NotEmpty(result.Id));
    }

    [Fact]
    public async Task A_batch_longer_than_the_limit_goes_in_slices_and_keeps_its_order()
    {
        var rig = new PublisherRig(broker: new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();
        var batch = rig.Publisher.PublishBatchAsync(Enumerable.Range(0, 2500).Select(static i => new Placed($"{i}")).ToArray());
        var most = 0;
        for (var i = 0; i < 2000 && !batch.IsCompleted; i++)
        {
            rig.Run();
            most = Math.Max(most, rig.Broker.Calls.Where(static call => call.IsOpen).Sum(static call => call.Records.Count));
            rig.Broker.Calls.First(static call => call.IsOpen).AcceptAll();
            rig.Scheduler.Advance(TimeSpan.FromMilliseconds(5));
        }

        var results = await batch;

        Assert.Equal(2500, results.Count);
        Assert.InRange(most, 1, 1000);
        Assert.Equal(Enumerable.Range(0, 2500).Select(static i => $"{i}"), rig.Broker.Stored.Select(static record => record.Key));
        Assert.Equal(rig.Broker.Stored.Select(static record => record.Id), results.Select(static result => result.Id));
        rig.Broker.Calls.ForEach(static call => Assert.InRange(call.Records.Count, 1, 100));
    }

    [Fact]
    public async Task A_long_batch_does_not_time_out_as_a_whole()
    {
        var rig = new PublisherRig(broker: new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();
        var batch = rig.Publisher.PublishBatchAsync(Enumerable.Range(0, 3000).Select(static i => new Note($"{i}")).ToArray());
        while (!batch.IsCompleted)
        {
            rig.Run();
            rig.Broker.Calls.First(static call => call.IsOpen).AcceptAll();
            rig.Scheduler.Advance(TimeSpan.FromSeconds(2.5));
        }

        Assert.Equal(3000, (await batch).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_broker_that_cannot_be_reached_costs_a_batch_one_timeout_and_not_one_for_each_event(bool hasMiddleware)
    {
        var broker = new ScriptedBroker { OnOpen = static _ => throw new ScriptedException(ErrorKind.Transient) };
        var rig = new PublisherRig(
            builder =>
            {
                if (hasMiddleware)
                    builder.AddPublishMiddleware<PassOn>();
            },
            broker);
        var batch = rig.Publisher.PublishBatchAsync(Enumerable.Range(0, 200).Select(static i => new Placed($"{i % 7}")).ToArray());

        rig.Scheduler.Advance(TimeSpan.FromSeconds(29));
        Assert.False(batch.IsCompleted);
        rig.Scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.True(batch.IsCompleted, "The batch waits on after the timeout.");

        var failed = await Assert.ThrowsAsync<PublishException>(() => batch);
        Assert.All(failed.Results, static result => Assert.Equal(EventFabricErrorKind.Timeout, result.Error!.Kind));
        Assert.Equal(
            "Channel \"orders\" (address \"orders\") could not be opened within EventFabric:PublishTimeout (30s). The event was not sent.",
            failed.Results[0].Error!.Message);
        if (hasMiddleware)
            return;
        Assert.All(failed.Results.Skip(1), static result => Assert.Equal(
            "An earlier event of the batch was not taken by channel \"orders\" within EventFabric:PublishTimeout. This one was not sent.",
            result.Error!.Message));
    }

    [Fact]
    public async Task A_channel_that_is_stuck_does_not_keep_a_batch_from_another()
    {
        var rig = new PublisherRig(broker: new ScriptedBroker
        {
            OnSend = static call => call.Bodies.Contains("audit", StringComparison.Ordinal) ? ScriptedBroker.AcceptInline(call) : ScriptedBroker.LeaveOpen(call),
        }).Opened();
        var events = Enumerable.Range(0, 2500).Select(static i => new Note(i % 500 == 499 ? $"audit {i}" : $"{i}")).ToArray();
        var batch = rig.Publisher.PublishBatchAsync(events, static note => note.Text.StartsWith("audit", StringComparison.Ordinal) ? new PublishOptions { Channel = "audit" } : null);
        for (var seconds = 0; seconds < 31; seconds++)
            rig.Scheduler.Advance(TimeSpan.FromSeconds(1));

        Assert.True(batch.IsCompleted, "The batch waits on after the timeout.");
        var failed = await Assert.ThrowsAsync<PublishException>(() => batch);

        Assert.Equal([499, 999, 1499, 1999, 2499], failed.Results.Select(static (result, index) => (result, index)).Where(static pair => pair.result.Error is null).Select(static pair => pair.index));
        Assert.All(failed.Results, static result => Assert.Equal(EventFabricErrorKind.Timeout, result.Error?.Kind ?? EventFabricErrorKind.Timeout));
        Assert.InRange(failed.Results.Count(static result => result.Error?.Message.StartsWith("An earlier event", StringComparison.Ordinal) == true), 1490, 1495);
    }

    [Fact]
    public async Task A_cancelled_batch_throws_with_the_results_so_far_inside()
    {
        var rig = new PublisherRig(broker: new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();
        using var cancelling = new CancellationTokenSource();
        var batch = rig.Publisher.PublishBatchAsync([new Note("a"), new Note("b"), new Note("c")], null, cancelling.Token);
        rig.Broker.Last.Accept(1);
        rig.Run();

        await cancelling.CancelAsync();
        rig.Run();

        var cancelled = await Assert.ThrowsAsync<OperationCanceledException>(() => batch);
        Assert.Equal(cancelling.Token, cancelled.CancellationToken);
        Assert.Equal("The batch was cancelled. Its inner exception has the results so far.", cancelled.Message);
        var inner = Assert.IsType<PublishException>(cancelled.InnerException);
        Assert.Equal([EventFabricErrorKind.Timeout, null, EventFabricErrorKind.Timeout], inner.Results.Select(static result => result.Error?.Kind));
        Assert.Equal(
            "The call was cancelled before the broker confirmed the event for channel \"orders\". It may be stored: publish it again with the same Id.",
            inner.Results[0].Error!.Message);
        Assert.Equal(rig.Broker.Last.Records.Select(static record => record.Id), inner.Results.Select(static result => result.Id));

        // The channel goes on.
        rig.Broker.Last.AcceptAll();
        rig.Run();
        rig.Broker.OnSend = ScriptedBroker.AcceptInline;
        await rig.Publish(new Note("next"));
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_while_it_waits_for_a_place_sends_no_more()
    {
        var rig = new PublisherRig(broker: new ScriptedBroker { OnSend = ScriptedBroker.LeaveOpen }).Opened();
        using var cancelling = new CancellationTokenSource();
        var batch = rig.Publisher.PublishBatchAsync(Enumerable.Range(0, 1500).Select(static i => new Note($"{i}")).ToArray(), null, cancelling.Token);
        rig.Run();

        await cancelling.CancelAsync();
        rig.Run();

        var inner = Assert.IsType<PublishException>((await Assert.ThrowsAsync<OperationCanceledException>(() => batch)).InnerException);
        Assert.Equal("The call was cancelled before the event was sent.", inner.Results[1499].Error!.Message);
        Assert.StartsWith("The call was cancelled before the broker confirmed", inner.Results[0].Error!.Message, StringComparison.Ordinal);
        while (rig.Broker.Calls.Any(static call => call.IsOpen))
        {
            foreach (var call in rig.Broker.Calls.Where(static call => call.IsOpen).ToArray())
                call.AcceptAll();
            rig.Scheduler.Advance(TimeSpan.FromMilliseconds(5));
        }

        Assert.Equal(1000, rig.Broker.Stored.Count);
    }

    [Fact]
    public async Task A_serializer_that_suspends_does_not_hold_back_what_is_before_it()
    {
        MeasuredSerializer.Released = new TaskCompletionSource();
        var batch = _rig.Publisher.PublishBatchAsync<object>([new Note("before"), new Measured(1, 2_000_000), new Note("after")]);
        Assert.Single(_rig.Broker.Stored);

        MeasuredSerializer.Released.SetResult();
        _rig.Run();
        await batch;

        Assert.Equal(3, _rig.Broker.Stored.Count);
        Assert.Contains("after", _rig.Broker.Stored[2].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_after_each_other_do_not_see_each_others_results()
    {
        for (var i = 1; i < 30; i++)
        {
            var results = await _rig.Publisher.PublishBatchAsync(Enumerable.Range(0, i).Select(static n => new Note($"{n}")));
            Assert.Equal(i, results.Select(static result => result.Id).Distinct().Count());
        }

        Assert.Equal(29 * 30 / 2, _rig.Broker.Stored.Select(static record => record.Id).Distinct().Count());
    }

    private sealed class PassOn : IPublishMiddleware
    {
        public ValueTask<PublishResult> PublishAsync(
            PublishContext context, Func<PublishContext, CancellationToken, ValueTask<PublishResult>> next, CancellationToken cancellationToken) =>
            next(context, cancellationToken);
    }
}
