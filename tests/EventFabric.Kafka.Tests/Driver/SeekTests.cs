using Confluent.Kafka;
using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Driver;

/// <summary>Moving a group, and how far it is behind.</summary>
public sealed class SeekTests : IDisposable
{
    private static readonly DateTimeOffset Began = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).AddHours(-2);

    private readonly RawAdmin _admin = new();

    public static TheoryData<string, long> Places => new()
    {
        { "earliest", 0 },
        { "time of 4", 4 },
        { "between 4 and 5", 5 },
        { "before all", 0 },
        { "position 7", 7 },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_group_moves_where_it_is_told_and_a_restart_finds_it_there(string place, long offset)
    {
        await using var kafka = new KafkaHarness();
        var topic = await TenAMinuteApartAsync();
        await using (var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic)))
        {
            var old = await receiver.TakeAsync(10);
            await receiver.SettleAsync(old[9].Ref);
            await SeekAsync(receiver, To(place));
            Assert.True(old[0].Ref.Owner.IsLost);
            Assert.Equal(offset, await _admin.PositionAsync("g", topic));
            Assert.Equal(offset, (await receiver.TakeAsync(1))[0].Offset);
        }

        var again = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        Assert.Equal(offset, (await again.TakeAsync(1))[0].Offset);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("after all")]
    public async Task A_group_that_moves_to_the_end_gets_what_comes_next(string place)
    {
        await using var kafka = new KafkaHarness();
        var topic = await TenAMinuteApartAsync();
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await receiver.TakeAsync(1);
        await SeekAsync(receiver, To(place));
        await kafka.SendAsync(topic, KafkaHarness.Record("k", "next"));
        Assert.Equal((10L, "next"), (await receiver.TakeAsync(1)).Select(static record => (record.Offset, record.Body!)).Single());
    }

    [Fact]
    public async Task A_pause_ends_with_the_tenure_that_it_was_of()
    {
        await using var kafka = new KafkaHarness();
        var topic = await TenAMinuteApartAsync();
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var taken = await receiver.TakeAsync(10);
        receiver.Driver.SetFlow(taken[0].Ref.Owner, open: false);
        var pending = receiver.BeginAsync(10);
        // Two questions to the polling thread: between them it has told the client.
        await LagAsync(receiver);
        await LagAsync(receiver);
        await kafka.SendAsync(topic, KafkaHarness.Record("k", "held"));
        await LagAsync(receiver);
        Assert.False(pending.IsCompleted);
        await SeekAsync(receiver, StartPosition.Earliest);
        Assert.Equal(11, (await receiver.TakeAsync(11)).Count);
    }

    [Fact]
    public async Task A_closed_flow_that_is_opened_again_goes_on_without_a_gap()
    {
        await using var kafka = new KafkaHarness();
        var topic = await TenAMinuteApartAsync();
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var taken = await receiver.TakeAsync(3);
        receiver.Driver.SetFlow(taken[0].Ref.Owner, open: false);
        _ = receiver.BeginAsync(1);
        await LagAsync(receiver);
        await LagAsync(receiver);
        receiver.Driver.SetFlow(taken[0].Ref.Owner, open: true);
        Assert.Equal(Enumerable.Range(3, 7).Select(static i => (long)i), (await receiver.TakeAsync(7)).Select(static record => record.Offset));
    }

    [Fact]
    public async Task Lag_is_what_the_broker_has_beyond_the_settled_position()
    {
        await using var kafka = new KafkaHarness();
        var topic = await TenAMinuteApartAsync(partitions: 2);
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var taken = await receiver.TakeAsync(20);
        Assert.Equal([("0", 10L), ("1", 10L)], await LagAsync(receiver));
        await receiver.SettleAsync(taken.Single(static record => record is { Partition: 1, Offset: 6 }).Ref);
        Assert.Equal([("0", 10L), ("1", 3L)], await LagAsync(receiver));
        await _admin.UntilPositionAsync("g", topic, 7, partition: 1);
        Assert.Equal(3, _admin.Marks(topic, 1).High.Value - 7);
        // What the broker deleted is not behind: nobody can read it.
        await _admin.DeleteBeforeAsync(topic, 8);
        Assert.Equal([("0", 2L), ("1", 3L)], await LagAsync(receiver));
    }

    [Fact]
    public async Task A_start_at_a_position_moves_that_partition_and_others_begin_at_their_first_record()
    {
        await using var kafka = new KafkaHarness();
        var topic = await TenAMinuteApartAsync(partitions: 2);
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic, start: StartPosition.At(EventPosition.Parse("channel/1/8"))));
        var taken = await receiver.TakeAsync(12);
        Assert.Equal((0L, 8L), (taken.Where(static record => record.Partition == 0).Min(static record => record.Offset), taken.Where(static record => record.Partition == 1).Min(static record => record.Offset)));
    }

    public void Dispose() => _admin.Dispose();

    private static StartPosition To(string place) => place switch
    {
        "earliest" => StartPosition.Earliest,
        "latest" => StartPosition.Latest,
        "time of 4" => StartPosition.At(Began.AddMinutes(4)),
        "between 4 and 5" => StartPosition.At(Began.AddMinutes(4.5)),
        "before all" => StartPosition.At(Began.AddDays(-1)),
        "after all" => StartPosition.At(Began.AddHours(1)),
        _ => StartPosition.At(EventPosition.Parse("channel/0/7")),
    };

    private static async Task SeekAsync(TestReceiver receiver, StartPosition to) =>
        await ((ISeekable)receiver.Driver).SeekAsync(to, TestContext.Current.CancellationToken);

    private static async Task<IEnumerable<(string, long)>> LagAsync(TestReceiver receiver)
    {
        var lags = new List<PartitionLag>();
        await ((ILagReader)receiver.Driver).ReadLagAsync(lags, TestContext.Current.CancellationToken);
        return lags.OrderBy(static lag => lag.Partition).Select(static lag => (lag.Partition, lag.Records!.Value)).ToArray();
    }

    private async Task<string> TenAMinuteApartAsync(int partitions = 1)
    {
        var topic = await _admin.TopicAsync(partitions);
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = KafkaRun.Current.Server.BootstrapServers }).Build();
        await Task.WhenAll(Enumerable.Range(0, 10 * partitions).Select(i => producer.ProduceAsync(
            new TopicPartition(topic, i % partitions),
            new Message<string, string> { Key = "k", Value = $"{i}", Timestamp = new Timestamp(Began.AddMinutes(i / partitions).ToUnixTimeMilliseconds(), TimestampType.CreateTime) })));
        return topic;
    }
}
