using System.Text;
using Confluent.Kafka;
using EventFabric.Drivers;
using EventFabric.Kafka.Sending;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Driver;

/// <summary>What the sender makes of the client's reports: those that a broker gives seldom.</summary>
public sealed class SenderReportTests : IDisposable
{
    private readonly ScriptedProducer _client = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly KafkaSender _sender;

    public SenderReportTests() => _sender = new KafkaSender(_client, "t", 1_000_000, confirms: true);

    [Theory]
    [InlineData(ErrorCode.NoError, PersistenceStatus.Persisted, 7, SendStatus.Accepted)]
    [InlineData(ErrorCode.NoError, PersistenceStatus.Persisted, -1001, SendStatus.Unknown)]
    [InlineData(ErrorCode.Local_MsgTimedOut, PersistenceStatus.PossiblyPersisted, -1001, SendStatus.Unknown)]
    [InlineData(ErrorCode.Local_MsgTimedOut, PersistenceStatus.NotPersisted, -1001, SendStatus.NotSent)]
    [InlineData(ErrorCode.Local_PurgeQueue, PersistenceStatus.NotPersisted, -1001, SendStatus.NotSent)]
    [InlineData(ErrorCode.Local_PurgeInflight, PersistenceStatus.PossiblyPersisted, -1001, SendStatus.Unknown)]
    [InlineData(ErrorCode.MsgSizeTooLarge, PersistenceStatus.NotPersisted, -1001, SendStatus.Rejected)]
    [InlineData(ErrorCode.TopicAuthorizationFailed, PersistenceStatus.NotPersisted, -1001, SendStatus.Rejected)]
    public async Task A_report_ends_its_record_as(ErrorCode code, PersistenceStatus status, long offset, SendStatus wanted)
    {
        var (batch, call) = Start("k");
        _client.Report(0, code, status, offset);
        await call;
        var outcome = batch.Outcome(0);
        Assert.Equal(wanted, outcome.Status);
        Assert.Equal(wanted == SendStatus.Accepted, outcome.Error is null);
        if (code != ErrorCode.NoError)
            Assert.Equal(code, Assert.IsType<KafkaException>(outcome.Error).Error.Code);
    }

    [Fact]
    public async Task Without_acknowledgements_nothing_else_than_success_can_be_said()
    {
        await using var sender = new KafkaSender(_client, "t", 1_000_000, confirms: false);
        var batch = new SendBatch(new[] { KafkaHarness.Record("k", "b") });
        var call = sender.SendAsync(batch, _abort.Token);
        _client.Stored(0, Offset.Unset);
        await call;
        Assert.Equal(SendStatus.Accepted, batch.Outcome(0).Status);
    }

    [Fact]
    public async Task Reports_in_any_order_end_each_record_with_its_own_position()
    {
        var (batch, call) = Start("a", "b", "c");
        _client.Stored(2, 12);
        _client.Stored(0, 10);
        Assert.False(call.IsCompleted);
        _client.Stored(1, 11);
        await call;
        Assert.Equal([10L, 11L, 12L], Enumerable.Range(0, 3).Select(index => batch.Outcome(index).Position.Major));
    }

    [Fact]
    public async Task A_full_client_stops_the_batch_where_it_is()
    {
        _client.Refusals.Enqueue(null);
        _client.Refusals.Enqueue(new KafkaException(ErrorCode.Local_QueueFull));
        var (batch, call) = Start("a", "b", "c");
        Assert.Single(_client.Taken);
        _client.Stored(0, 1);
        await call;
        Assert.Equal([SendStatus.Accepted, SendStatus.NotSent, SendStatus.NotSent], Statuses(batch));
        Assert.Equal(ErrorKind.Throttled, KafkaErrors.Classify(batch.Outcome(2).Error!).Kind);
    }

    [Fact]
    public async Task Later_records_of_a_refused_key_are_not_sent_and_other_keys_are()
    {
        _client.Refusals.Enqueue(new KafkaException(ErrorCode.MsgSizeTooLarge));
        var (batch, call) = Start("a", "a", "b", null);
        Assert.Equal(["b", ""], _client.Taken.Select(static taken => Encoding.UTF8.GetString(taken.Key)));
        _client.Stored(0, 1);
        _client.Stored(1, 2);
        await call;
        Assert.Equal([SendStatus.Rejected, SendStatus.NotSent, SendStatus.Accepted, SendStatus.Accepted], Statuses(batch));
    }

    [Fact]
    public async Task A_key_that_failed_in_an_open_call_is_fenced_in_the_next_ones_until_that_call_ends()
    {
        var (first, firstCall) = Start("a", "b");
        _client.Report(0, ErrorCode.Local_MsgTimedOut, PersistenceStatus.NotPersisted, Offset.Unset);
        var (second, secondCall) = Start("a", "b", "c");
        Assert.Equal(["a", "b", "b", "c"], _client.Taken.Select(static taken => Encoding.UTF8.GetString(taken.Key)));
        _client.Stored(2, 8);
        _client.Stored(3, 9);
        await secondCall;
        Assert.Equal([SendStatus.NotSent, SendStatus.Accepted, SendStatus.Accepted], Statuses(second));
        _client.Stored(1, 7);
        await firstCall;
        Assert.Equal([SendStatus.NotSent, SendStatus.Accepted], Statuses(first));
        var (third, thirdCall) = Start("a");
        _client.Stored(4, 10);
        await thirdCall;
        Assert.Equal([SendStatus.Accepted], Statuses(third));
    }

    [Fact]
    public async Task A_fence_lasts_as_long_as_a_call_that_it_refused_is_open()
    {
        var (_, first) = Start("a", "b");
        _client.Report(0, ErrorCode.Local_MsgTimedOut, PersistenceStatus.NotPersisted, Offset.Unset);
        var (_, second) = Start("a", "c");
        _client.Stored(1, 1);
        await first;
        // The engine has not heard of the second call's record yet: a later one of the key would overtake it.
        var (third, thirdCall) = Start("a");
        await thirdCall.WaitAsync(Wait.Patience);
        Assert.Equal([SendStatus.NotSent], Statuses(third));
        _client.Stored(2, 2);
        await second;
    }

    [Fact]
    public async Task A_publisher_that_gives_up_gets_its_batch_back_and_late_reports_do_not_touch_it()
    {
        var (batch, call) = Start("a", "b", "c");
        _client.Stored(0, 1);
        await _abort.CancelAsync();
        await call.WaitAsync(Wait.Patience);
        Assert.Equal([SendStatus.Accepted, SendStatus.Unknown, SendStatus.Unknown], Statuses(batch));
        Assert.IsType<OperationCanceledException>(batch.Outcome(1).Error);
        // A call whose reports are still to come is not used again.
        using var other = new CancellationTokenSource();
        var next = new SendBatch(new[] { KafkaHarness.Record("d", "d"), KafkaHarness.Record("e", "e") });
        var nextCall = _sender.SendAsync(next, other.Token).AsTask();
        _client.Stored(1, 101);
        _client.Stored(2, 102);
        Assert.False(nextCall.IsCompleted);
        _client.Stored(3, 3);
        _client.Stored(4, 4);
        await nextCall.WaitAsync(Wait.Patience);
        Assert.Equal([3L, 4L], Enumerable.Range(0, 2).Select(index => next.Outcome(index).Position.Major));
        Assert.Equal(SendStatus.Unknown, batch.Outcome(1).Status);
    }

    [Fact]
    public async Task A_sender_that_is_disposed_gives_up_what_is_open()
    {
        var (batch, call) = Start("a");
        await _sender.DisposeAsync();
        await call.WaitAsync(Wait.Patience);
        Assert.Equal(SendStatus.Unknown, batch.Outcome(0).Status);
        _client.Stored(0, 1);
        Assert.Equal(SendStatus.Unknown, batch.Outcome(0).Status);
    }

    [Fact]
    public async Task Bodies_and_keys_of_any_length_reach_the_client_as_they_are()
    {
        string[] bodies = ["", "1", new('a', 2047), new('b', 2048), new('c', 2049), new('d', 300_000), "2", new('e', 2048)];
        var batch = new SendBatch(bodies.Select(static body => KafkaHarness.Record(body, body)).ToArray());
        var call = _sender.SendAsync(batch, _abort.Token);
        Assert.Equal(bodies, _client.Taken.Select(static taken => Encoding.UTF8.GetString(taken.Body)));
        Assert.Equal(bodies, _client.Taken.Select(static taken => Encoding.UTF8.GetString(taken.Key)));
        for (var i = 0; i < bodies.Length; i++)
            _client.Stored(i, i);
        await call;
    }

    public void Dispose() => _abort.Dispose();

    private static SendStatus[] Statuses(SendBatch batch) => [.. Enumerable.Range(0, batch.Records.Length).Select(index => batch.Outcome(index).Status)];

    private (SendBatch Batch, Task Call) Start(params string?[] keys)
    {
        var batch = new SendBatch(keys.Select(static key => KafkaHarness.Record(key, "body")).ToArray());
        return (batch, _sender.SendAsync(batch, _abort.Token).AsTask());
    }
}
