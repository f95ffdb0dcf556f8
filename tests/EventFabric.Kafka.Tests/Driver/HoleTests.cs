using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Driver;

/// <summary>Offsets at which there is no record: markers of transactions, and what was aborted.</summary>
public sealed class HoleTests : IDisposable
{
    private readonly RawAdmin _admin = new();

    [Fact]
    public async Task Records_between_holes_settle_and_the_group_goes_on_behind_them()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync();
        await _admin.WriteTransactionsAsync(topic, commit: true, ["a", "b"], ["c"]);
        await _admin.WriteTransactionsAsync(topic, commit: false, ["never"]);
        await _admin.WriteTransactionsAsync(topic, commit: true, ["d"]);
        await using (var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic)))
        {
            var taken = await receiver.TakeAsync(4);
            Assert.Equal([(0L, "a"), (1L, "b"), (3L, "c"), (7L, "d")], taken.Select(static record => (record.Offset, record.Body)));
            Assert.Equal(SettleStatus.Sent, (await receiver.SettleAsync(taken[3].Ref)).Status);
        }

        Assert.Equal(8, await _admin.PositionAsync("g", topic));
        var again = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await _admin.WriteTransactionsAsync(topic, commit: true, ["e"]);
        Assert.Equal("e", (await again.TakeAsync(1))[0].Body);
    }

    [Fact]
    public async Task A_browse_ends_though_the_last_offsets_hold_no_record()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync();
        await _admin.WriteTransactionsAsync(topic, commit: true, ["a", "b"]);
        await _admin.WriteTransactionsAsync(topic, commit: false, ["never", "ever"]);
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic, group: null, mode: ReceiveMode.Browse));
        Assert.Equal(["a", "b"], (await receiver.TakeAllAsync()).Select(static record => record.Body));
    }

    [Fact]
    public async Task A_browse_of_nothing_but_holes_ends()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync();
        await _admin.WriteTransactionsAsync(topic, commit: false, ["never"]);
        Assert.Empty(await (await kafka.OpenAsync(KafkaHarness.Plan(topic, group: null, mode: ReceiveMode.Browse))).TakeAllAsync());
    }

    [Fact]
    public async Task A_browse_of_an_empty_topic_ends()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync(3);
        Assert.Empty(await (await kafka.OpenAsync(KafkaHarness.Plan(topic, group: null, mode: ReceiveMode.Browse))).TakeAllAsync());
    }

    [Fact]
    public async Task A_browse_shows_what_was_there_at_open_and_leaves_the_group_where_it_was()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync(3);
        await kafka.SendAsync(topic, [.. Enumerable.Range(0, 30).Select(static i => KafkaHarness.Record($"k{i}", $"{i}"))]);
        await _admin.PlaceAsync("g", topic, 2);
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic, mode: ReceiveMode.Browse));
        var first = await receiver.TakeAsync(1);
        await kafka.SendAsync(topic, [.. Enumerable.Range(30, 30).Select(static i => KafkaHarness.Record($"k{i}", $"{i}"))]);
        var seen = first.Concat(await receiver.TakeAllAsync()).Select(static record => int.Parse(record.Body!)).Order().ToArray();
        Assert.Equal(Enumerable.Range(0, 30), seen);
        Assert.Equal(SettleStatus.Applied, (await receiver.SettleAsync(first[0].Ref)).Status);
        Assert.Equal(2, await _admin.PositionAsync("g", topic));
    }

    public void Dispose() => _admin.Dispose();
}
