using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Driver;

/// <summary>Where a group stands: starts, commits, seeks.</summary>
public sealed class PositionTests : IDisposable
{
    private readonly RawAdmin _admin = new();

    public static TheoryData<string> PinnedStarts => ["Latest", "Time"];

    [Theory]
    [MemberData(nameof(PinnedStarts))]
    public async Task A_start_at_the_end_is_kept_over_a_restart_before_the_first_commit(string kind)
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync();
        await SendAsync(kafka, topic, 0, 3);
        var start = kind == "Latest" ? StartPosition.Latest : StartPosition.At(DateTimeOffset.UtcNow.AddHours(1));
        await using (var first = await kafka.OpenAsync(KafkaHarness.Plan(topic, start: start)))
            await _admin.UntilPositionAsync("g", topic, 3);
        await SendAsync(kafka, topic, 3, 2);
        var again = await kafka.OpenAsync(KafkaHarness.Plan(topic, start: start));
        Assert.Equal(["3", "4"], (await again.TakeAsync(2)).Select(static record => record.Body));
    }

    [Fact]
    public async Task A_settled_position_survives_a_restart()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync();
        await SendAsync(kafka, topic, 0, 5);
        await using (var first = await kafka.OpenAsync(KafkaHarness.Plan(topic)))
        {
            var taken = await first.TakeAsync(5);
            Assert.Equal(SettleStatus.Sent, (await first.SettleAsync(taken[2].Ref)).Status);
            Assert.Equal(SettleStatus.AlreadySettled, (await first.SettleAsync(taken[1].Ref)).Status);
            Assert.Equal(SettleStatus.AlreadySettled, (await first.SettleAsync(taken[2].Ref)).Status);
            Assert.Equal(SettleStatus.Failed, (await first.SettleAsync(taken[3].Ref, SettleKind.Release)).Status);
        }

        Assert.Equal(3, await _admin.PositionAsync("g", topic));
        var again = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        Assert.Equal(["3", "4"], (await again.TakeAsync(2)).Select(static record => record.Body));
    }

    [Fact]
    public async Task What_was_received_and_not_settled_is_not_committed()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync();
        await SendAsync(kafka, topic, 0, 5);
        await using (var first = await kafka.OpenAsync(KafkaHarness.Plan(topic)))
            await first.TakeAsync(5);
        Assert.Null(await _admin.PositionAsync("g", topic));
    }

    [Fact]
    public async Task A_lower_position_is_not_undone_by_the_clients_own_commit()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync(2);
        var (first, second) = (Keys.Of(0, 2), Keys.Of(1, 2));
        await kafka.SendAsync(topic, [.. Enumerable.Range(0, 10).Select(i => KafkaHarness.Record(first, $"{i}")), .. Enumerable.Range(0, 10).Select(i => KafkaHarness.Record(second, $"{i}"))]);
        await using (var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic)))
        {
            var taken = await receiver.TakeAsync(20);
            await receiver.SettleAsync(taken.Single(static record => record is { Partition: 0, Offset: 9 }).Ref);
            await _admin.UntilPositionAsync("g", topic, 10);
            await ((ISeekable)receiver.Driver).SeekAsync(StartPosition.At(EventPosition.Parse("channel/0/3")), TestContext.Current.CancellationToken);
            Assert.Equal(3, await _admin.PositionAsync("g", topic));
            // The client's next tick commits whatever it has stored: the other partition's position says that it was here.
            await receiver.SettleAsync(taken.Single(static record => record is { Partition: 1, Offset: 4 }).Ref);
            await _admin.UntilPositionAsync("g", topic, 5, partition: 1);
            Assert.Equal(3, await _admin.PositionAsync("g", topic));
        }

        // Nor when it leaves the group.
        Assert.Equal(3, await _admin.PositionAsync("g", topic));
    }

    [Fact]
    public async Task A_late_settle_of_an_old_tenure_moves_nothing()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync();
        await SendAsync(kafka, topic, 0, 10);
        await using (var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic)))
        {
            var old = await receiver.TakeAsync(10);
            await ((ISeekable)receiver.Driver).SeekAsync(StartPosition.Earliest, TestContext.Current.CancellationToken);
            Assert.True(old[0].Ref.Owner.IsLost);
            Assert.Equal(SettleStatus.LeaseLost, (await receiver.SettleAsync(old[9].Ref)).Status);
            var again = await receiver.TakeAsync(10);
            Assert.Equal(0, again[0].Offset);
            Assert.NotSame(old[0].Ref.Owner, again[0].Ref.Owner);
            Assert.Equal(SettleStatus.Sent, (await receiver.SettleAsync(again[1].Ref)).Status);
        }

        Assert.Equal(2, await _admin.PositionAsync("g", topic));
    }

    [Fact]
    public async Task A_closed_receiver_settles_nothing()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync();
        await SendAsync(kafka, topic, 0, 1);
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var taken = await receiver.TakeAsync(1);
        await receiver.DisposeAsync();
        Assert.Equal(SettleStatus.LeaseLost, (await receiver.SettleAsync(taken[0].Ref)).Status);
        Assert.Null(await _admin.PositionAsync("g", topic));
        Assert.Null(await receiver.NextAsync(1));
    }

    public void Dispose() => _admin.Dispose();

    private static Task<IReadOnlyList<SendOutcome>> SendAsync(KafkaHarness kafka, string topic, int from, int count) =>
        kafka.SendAsync(topic, [.. Enumerable.Range(from, count).Select(static i => KafkaHarness.Record("k", $"{i}"))]);
}
