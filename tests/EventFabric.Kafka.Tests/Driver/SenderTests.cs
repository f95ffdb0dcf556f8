using Confluent.Kafka;
using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Driver;

/// <summary>What a broker says to records, one by one.</summary>
public sealed class SenderTests : IDisposable
{
    private readonly RawAdmin _admin = new();

    [Fact]
    public async Task Each_record_is_told_where_it_is()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync();
        var outcomes = await kafka.SendAsync(topic, [.. Enumerable.Range(0, 300).Select(static i => KafkaHarness.Record($"k{i}", "b"))]);
        Assert.All(outcomes, static outcome => Assert.Equal((SendStatus.Accepted, null), (outcome.Status, outcome.Error)));
        Assert.Equal(Enumerable.Range(0, 300).Select(static i => (long)i), outcomes.Select(static outcome => outcome.Position.Major));
    }

    [Fact]
    public async Task A_record_that_the_client_finds_too_large_is_rejected_alone()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync();
        var outcomes = await kafka.SendAsync(topic, KafkaHarness.Record("a", "b"), KafkaHarness.Record("b", new string('x', 1_100_000)), KafkaHarness.Record("b", "after"), KafkaHarness.Record("c", "d"));
        Assert.Equal([SendStatus.Accepted, SendStatus.Rejected, SendStatus.NotSent, SendStatus.Accepted], outcomes.Select(static outcome => outcome.Status));
        Assert.Equal(ErrorKind.TooLarge, kafka.Connection.Classify(outcomes[1].Error!).Kind);
    }

    [Fact]
    public async Task A_record_of_the_largest_size_that_is_measured_is_accepted()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync(1, ("max.message.bytes", "2000000"));
        await using var sender = await kafka.Connection.OpenSenderAsync(KafkaHarness.Plan(topic, group: null), TestContext.Current.CancellationToken);
        var record = KafkaHarness.Record("k", "");
        record.Body = new byte[sender.Traits.MaxRecordBytes - sender.Measure(in record)];
        Assert.Equal(sender.Traits.MaxRecordBytes, sender.Measure(in record));
        var outcome = (await KafkaHarness.SendAsync(sender, record))[0];
        Assert.True(outcome.Status == SendStatus.Accepted, $"{outcome.Status} {outcome.Error?.Message}");
    }

    [Fact]
    public async Task A_record_that_the_topic_finds_too_large_is_rejected_and_said_to_be_too_large()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync(1, ("max.message.bytes", "2000"));
        var outcome = (await kafka.SendAsync(topic, KafkaHarness.Record("k", new string('x', 5000))))[0];
        Assert.Equal(SendStatus.Rejected, outcome.Status);
        Assert.Equal(ErrorKind.TooLarge, kafka.Connection.Classify(outcome.Error!).Kind);
        Assert.Equal(SendStatus.Accepted, (await kafka.SendAsync(topic, KafkaHarness.Record("k", "small")))[0].Status);
    }

    [Fact]
    public async Task A_record_that_is_too_large_for_the_topic_does_not_take_small_ones_of_other_keys_with_it()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync(1, ("max.message.bytes", "2000"));
        var outcomes = await kafka.SendAsync(topic, KafkaHarness.Record("a", "small"), KafkaHarness.Record("b", new string('x', 5000)), KafkaHarness.Record("c", "small"));
        Assert.Equal(SendStatus.Rejected, outcomes[1].Status);
        Assert.DoesNotContain(SendStatus.Rejected, outcomes.Where(static (_, index) => index != 1).Select(static outcome => outcome.Status));
    }

    [Fact]
    public async Task Many_small_records_are_accepted_by_a_topic_that_takes_fewer_bytes_at_once_than_they_have_together()
    {
        await using var kafka = new KafkaHarness(null, ("Linger", "50ms"));
        var topic = await _admin.TopicAsync(1, ("max.message.bytes", "20000"));
        var outcomes = await kafka.SendAsync(topic, [.. Enumerable.Range(0, 500).Select(static i => KafkaHarness.Record($"k{i}", new string('x', 400)))]);
        Assert.All(outcomes, static outcome => Assert.Equal((SendStatus.Accepted, null), (outcome.Status, outcome.Error?.Message)));
    }

    [Fact]
    public async Task A_topic_that_is_not_there_opens_neither_way_and_the_error_says_what_to_do()
    {
        await using var kafka = new KafkaHarness();
        var plan = KafkaHarness.Plan("nowhere-1");
        var send = await Assert.ThrowsAsync<KafkaException>(async () => await kafka.Connection.OpenSenderAsync(plan, TestContext.Current.CancellationToken));
        var receive = await Assert.ThrowsAsync<KafkaException>(async () => await kafka.Connection.OpenReceiverAsync(plan, new RecordingEvents(), TestContext.Current.CancellationToken));
        Assert.Equal("The topic \"nowhere-1\" does not exist. With Provisioning Create the library makes it.", send.Message);
        Assert.Equal(send.Message, receive.Message);
        Assert.Equal(ErrorKind.NotFound, kafka.Connection.Classify(send).Kind);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_under_a_receiver_ends_it_with_an_error()
    {
        await using var kafka = new KafkaHarness(null, ("Properties:topic.metadata.refresh.interval.ms", "200"), ("Properties:topic.metadata.propagation.max.ms", "100"));
        var topic = await _admin.TopicAsync();
        await kafka.SendAsync(topic, KafkaHarness.Record("k", "b"));
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await receiver.TakeAsync(1);
        await _admin.Client.DeleteTopicsAsync([topic]);
        var error = await Assert.ThrowsAnyAsync<KafkaException>(() => receiver.NextAsync(1).WaitAsync(Wait.Patience));
        Assert.Equal(ErrorKind.NotFound, kafka.Connection.Classify(error).Kind);
        Assert.Contains(ChannelState.Failed, receiver.Events.States);
    }

    public void Dispose() => _admin.Dispose();
}
