using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Driver;

/// <summary>A position that the broker does not have is never skipped in silence.</summary>
public sealed class OutOfRangeTests : IDisposable
{
    private readonly RawAdmin _admin = new();

    [Fact]
    public async Task Records_deleted_under_the_groups_position_are_said_to_be_missing_and_the_rest_comes()
    {
        await using var kafka = new KafkaHarness();
        var topic = await TenAsync(kafka);
        await _admin.PlaceAsync("g", topic, 2);
        await _admin.DeleteBeforeAsync(topic, 6);
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var taken = await receiver.TakeAsync(4);
        Assert.Equal([6L, 7L, 8L, 9L], taken.Select(static record => record.Offset));
        Assert.True(kafka.Logs.Has("the group's position 2 is not there (the broker has 6 to 10); goes on at 6, 4 positions are missing."), kafka.Logs.Text);
        AssertRetaken(receiver, taken);
        await _admin.UntilPositionAsync("g", topic, 6);
    }

    [Fact]
    public async Task A_position_above_the_end_goes_on_at_the_first_record_since_none_that_is_there_was_handled()
    {
        await using var kafka = new KafkaHarness();
        var topic = await TenAsync(kafka);
        await _admin.PlaceAsync("g", topic, 100);
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var taken = await receiver.TakeAsync(10);
        await _admin.UntilPositionAsync("g", topic, 0);
        Assert.Equal(Enumerable.Range(0, 10).Select(static offset => (long)offset), taken.Select(static record => record.Offset));
        Assert.True(kafka.Logs.Has("the group's position 100 is not there (the broker has 0 to 10); goes on at 0, 0 positions are missing."), kafka.Logs.Text);
        AssertRetaken(receiver, taken);
    }

    [Fact]
    public async Task What_was_received_before_its_partition_was_taken_anew_settles_no_more()
    {
        await using var kafka = new KafkaHarness();
        var topic = await TenAsync(kafka);
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var old = await receiver.TakeAsync(1);
        await _admin.DeleteBeforeAsync(topic, 10);
        await ((ISeekable)receiver.Driver).SeekAsync(StartPosition.At(EventPosition.Parse("channel/0/3")), TestContext.Current.CancellationToken);
        _ = receiver.NextAsync(1);
        await Wait.UntilAsync(() => receiver.Events.Gone.Count > 0, () => $"nothing lost; {kafka.Logs.Text}");
        Assert.Equal(SettleStatus.LeaseLost, (await receiver.SettleAsync(old[0].Ref)).Status);
        Assert.Equal(SettleStatus.LeaseLost, (await receiver.SettleAsync(old[0].Ref with { Owner = receiver.Events.Gone[0].Owner })).Status);
        await _admin.UntilPositionAsync("g", topic, 10);
    }

    public void Dispose() => _admin.Dispose();

    private static void AssertRetaken(TestReceiver receiver, List<Received> taken)
    {
        var (gone, cause) = Assert.Single(receiver.Events.Gone);
        Assert.NotNull(cause);
        Assert.True(gone.IsLost);
        Assert.NotSame(gone, taken[0].Ref.Owner);
        Assert.Contains(ChannelState.Degraded, receiver.Events.States);
        Assert.Equal(ChannelState.Ready, receiver.Events.States[^1]);
    }

    private async Task<string> TenAsync(KafkaHarness kafka)
    {
        var topic = await _admin.TopicAsync();
        await kafka.SendAsync(topic, [.. Enumerable.Range(0, 10).Select(static i => KafkaHarness.Record("k", $"{i}"))]);
        return topic;
    }
}
