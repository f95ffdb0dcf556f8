using System.Diagnostics;
using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Driver;

/// <summary>Members that come and go.</summary>
public abstract class GroupTests : IDisposable
{
    /// <summary>A member asks the group for news that often, so that a rebalance takes no seconds.</summary>
    private static readonly (string, string) QuickNews = ("Properties:heartbeat.interval.ms", "200");

    private protected RawAdmin Admin { get; } = new();

    public void Dispose()
    {
        Admin.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static KafkaHarness Kafka(string protocol, params (string, string)[] settings) =>
        protocol == "Classic" ? new KafkaHarness(null, [QuickNews, .. settings]) : new KafkaHarness(null, [("GroupProtocol", protocol), .. settings]);

    /// <summary>Ten records in each of two partitions.</summary>
    private protected async Task<string> TwentyAsync(KafkaHarness kafka)
    {
        var topic = await Admin.TopicAsync(2);
        await SendAsync(kafka, topic, 0);
        return topic;
    }

    private protected static Task SendAsync(KafkaHarness kafka, string topic, int from) => kafka.SendAsync(
        topic, [.. Enumerable.Range(from, 10).SelectMany(static i => new[] { KafkaHarness.Record(Keys.Of(0, 2), $"{i}"), KafkaHarness.Record(Keys.Of(1, 2), $"{i}") })]);

    /// <summary>Waits until both own one partition each; gives the number of the second member's.</summary>
    private protected static async Task<int> UntilSharedAsync(TestReceiver first, TestReceiver second)
    {
        await Wait.UntilAsync(
            () => first.Events.Partitions.Count == 1 && second.Events.Partitions.Count == 1,
            () => $"owned: {string.Join(',', first.Events.Partitions)} and {string.Join(',', second.Events.Partitions)}");
        return second.Events.Partitions[0];
    }
}

public sealed class RevocationTests : GroupTests
{
    [Theory]
    [InlineData("Classic")]
    [InlineData("Consumer")]
    public async Task What_is_settled_before_a_partition_is_given_up_is_the_next_owners_start(string protocol)
    {
        await using var kafka = Kafka(protocol);
        var topic = await TwentyAsync(kafka);
        var first = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var taken = await first.TakeAsync(20);
        var settled = new List<SettleStatus>();
        first.Events.OnRevoking = async leaving =>
        {
            foreach (var owner in leaving)
                settled.Add((await first.SettleAsync(taken.Single(record => record.Ref.Owner == owner && record.Offset == 6).Ref)).Status);
        };
        var second = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var next = await second.TakeAsync(3);
        Assert.Equal([7L, 8L, 9L], next.Select(static record => record.Offset));
        Assert.Equal([SettleStatus.Sent], settled);
        Assert.Equal([next[0].Partition], first.Events.Asked.Select(static owner => owner.Index));
    }

    [Theory]
    [InlineData("Classic")]
    [InlineData("Consumer")]
    public async Task Who_gave_a_partition_up_moves_its_position_no_more(string protocol)
    {
        await using var kafka = Kafka(protocol);
        var topic = await TwentyAsync(kafka);
        var first = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var taken = await first.TakeAsync(20);
        var second = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var moved = await UntilSharedAsync(first, second);
        foreach (var record in taken.Where(static record => record.Offset == 9))
            Assert.Equal(record.Partition == moved ? SettleStatus.LeaseLost : SettleStatus.Sent, (await first.SettleAsync(record.Ref)).Status);
        // The other partition's position shows that a tick of the client's own commit was here; and leaving the group commits too.
        await Admin.UntilPositionAsync("g", topic, 10, partition: 1 - moved);
        Assert.Null(await Admin.PositionAsync("g", topic, moved));
        await first.DisposeAsync();
        Assert.Null(await Admin.PositionAsync("g", topic, moved));
        Assert.Equal(0, (await second.TakeAsync(1))[0].Offset);
    }

    [Fact]
    public async Task What_was_fetched_of_a_partition_that_is_given_up_is_not_handed_over()
    {
        await using var kafka = Kafka("Classic");
        var topic = await TwentyAsync(kafka);
        var first = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await first.TakeAsync(1);
        var second = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var moved = await UntilSharedAsync(first, second);
        await SendAsync(kafka, topic, 10);
        var seen = new List<Received>();
        while (!seen.Exists(record => record.Partition != moved && record.Offset == 19))
            seen.AddRange(await first.TakeAsync(1));
        Assert.DoesNotContain(moved, seen.Select(static record => record.Partition));
    }

    [Fact]
    public async Task An_engine_that_throws_while_it_gives_up_costs_the_group_nothing()
    {
        await using var kafka = Kafka("Classic");
        var topic = await TwentyAsync(kafka);
        var first = await kafka.OpenAsync(KafkaHarness.Plan(topic), new RecordingEvents { OnRevoking = static _ => throw new InvalidOperationException("planted") });
        await first.TakeAsync(20);
        var second = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await UntilSharedAsync(first, second);
        Assert.True(kafka.Logs.Has("planted"), kafka.Logs.Text);
        Assert.Equal(10, (await second.TakeAsync(10)).Count);
    }
}

public sealed class MembershipTests : GroupTests
{
    [Theory]
    [InlineData("Classic")]
    [InlineData("Consumer")]
    public async Task A_pause_does_not_survive_the_partition_that_comes_back(string protocol)
    {
        await using var kafka = Kafka(protocol);
        var topic = await TwentyAsync(kafka);
        var first = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await first.TakeAsync(20);
        foreach (var owner in first.Events.Owned)
            first.Driver.SetFlow(owner, open: false);
        var pending = first.BeginAsync(100);
        var second = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var moved = await UntilSharedAsync(first, second);
        await second.DisposeAsync();
        await first.UntilOwnedAsync(0, 1);
        // Nothing was settled: the partition that came back begins anew, and flows; the other one is still closed.
        var back = await first.TakeAsync(10);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (moved, (long)i)), back.Select(static record => (record.Partition, record.Offset)));
        Assert.True(pending.IsCompleted);
    }

    [Fact]
    public async Task A_member_without_demand_serves_the_group_and_goes_on_when_it_is_asked()
    {
        await using var kafka = Kafka("Classic");
        var topic = await TwentyAsync(kafka);
        var first = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await first.TakeAsync(20);
        var began = Stopwatch.GetTimestamp();
        await Wait.UntilAsync(() => Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(1.2), static () => "the clock stands");
        // Nobody asks the first member for anything: that it gives a partition up shows that it is polled.
        var second = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var moved = await UntilSharedAsync(first, second);
        await SendAsync(kafka, topic, 10);
        var more = await first.TakeAsync(10);
        Assert.Equal(Enumerable.Range(10, 10).Select(i => (1 - moved, (long)i)), more.Select(static record => (record.Partition, record.Offset)));
        Assert.Equal(2, await Admin.MembersAsync("g", topic));
    }

    [Fact]
    public async Task A_named_instance_keeps_its_place_while_it_restarts()
    {
        await using var kafka = Kafka("Classic", ("InstanceId", "pod-1"));
        await using var other = Kafka("Classic", ("InstanceId", "pod-2"));
        var topic = await TwentyAsync(kafka);
        var first = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var second = await other.OpenAsync(KafkaHarness.Plan(topic));
        var kept = 1 - await UntilSharedAsync(first, second);
        await first.DisposeAsync();
        Assert.Equal(["pod-1-channel", "pod-2-channel"], await Admin.InstancesAsync("g", topic));
        var again = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await again.UntilOwnedAsync(kept);
        Assert.DoesNotContain(second.Events.Asked, owner => owner.Index != kept);
        Assert.Single(second.Events.Partitions);
    }

    [Fact]
    public async Task A_second_instance_of_the_same_name_ends_the_first_with_an_error()
    {
        await using var kafka = Kafka("Classic", ("InstanceId", "twin"));
        await using var other = Kafka("Classic", ("InstanceId", "twin"));
        var topic = await TwentyAsync(kafka);
        var first = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await first.TakeAsync(20);
        var pending = first.NextAsync(1);
        var second = await other.OpenAsync(KafkaHarness.Plan(topic));
        await second.TakeAsync(20);
        var error = await Assert.ThrowsAnyAsync<Confluent.Kafka.KafkaException>(() => pending.WaitAsync(Wait.Patience));
        Assert.Contains(kafka.Connection.Classify(error).Kind, new[] { ErrorKind.Fatal, ErrorKind.Fenced });
        Assert.Contains(ChannelState.Failed, first.Events.States);
    }

    [Fact]
    public async Task A_member_without_a_partition_stands_by()
    {
        await using var kafka = Kafka("Classic");
        var topic = await Admin.TopicAsync();
        var first = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await first.UntilOwnedAsync(0);
        var second = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        await Wait.UntilAsync(() => second.Events.States.Contains(ChannelState.Standby), () => $"states: {string.Join(',', second.Events.States)}");
        await first.DisposeAsync();
        await second.UntilOwnedAsync(0);
        Assert.Equal(ChannelState.Ready, second.Events.States[^1]);
    }
}
