using Confluent.Kafka.Admin;
using EventFabric.Drivers;
using EventFabric.Kafka.Configuration;
using EventFabric.Kafka.Tests.Fixtures;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Kafka.Tests.Topology;

/// <summary>What is there against what is wanted, on a real broker.</summary>
public sealed class TopicReviewTests : IDisposable
{
    private readonly RawAdmin _admin = new();

    [Fact]
    public async Task A_missing_topic_is_reported_made_with_what_was_asked_for_and_then_found_as_wanted()
    {
        await using var kafka = new KafkaHarness();
        var topic = $"t-{Guid.NewGuid():N}";
        var plan = KafkaHarness.Plan(topic) with { Settings = new KafkaChannel(3, 1, TimeSpan.FromHours(5)) };
        var missing = await kafka.Topology.InspectAsync([plan], TestContext.Current.CancellationToken);
        Assert.Equal([new TopologyItem(topic, TopologyState.Missing, null, null, null, false)], missing);
        await kafka.Topology.ApplyAsync(missing, TestContext.Current.CancellationToken);
        Assert.Equal([new TopologyItem(topic, TopologyState.Ok, null, null, null, false)], await kafka.Topology.InspectAsync([plan], TestContext.Current.CancellationToken));
        Assert.Equal(3, _admin.Client.GetMetadata(topic, Wait.Patience).Topics[0].Partitions.Count);
        Assert.Equal("18000000", await SettingAsync(topic, "retention.ms"));
    }

    [Fact]
    public async Task That_another_process_made_the_topic_first_is_success()
    {
        await using var kafka = new KafkaHarness();
        await using var other = new KafkaHarness();
        var topic = $"t-{Guid.NewGuid():N}";
        var plan = KafkaHarness.Plan(topic);
        var missing = await kafka.Topology.InspectAsync([plan], TestContext.Current.CancellationToken);
        await other.Topology.InspectAsync([plan], TestContext.Current.CancellationToken);
        await Task.WhenAll(kafka.Topology.ApplyAsync(missing, default).AsTask(), other.Topology.ApplyAsync(missing, default).AsTask());
        await kafka.Topology.ApplyAsync(missing, default);
        Assert.Equal(TopologyState.Ok, Assert.Single(await kafka.Topology.InspectAsync([plan], default)).State);
    }

    [Fact]
    public async Task Companions_take_their_copies_from_the_channel_and_neither_partitions_nor_retention()
    {
        await using var kafka = new KafkaHarness();
        var topic = $"t-{Guid.NewGuid():N}";
        var plan = KafkaHarness.Plan(topic) with { Settings = new KafkaChannel(3, 1, TimeSpan.FromHours(5)) };
        var dead = plan with { Address = kafka.Connection.NameFor(plan, ChannelRole.DeadLetter, 0), Role = ChannelRole.DeadLetter };
        await kafka.Topology.ApplyAsync(await kafka.Topology.InspectAsync([plan, plan, dead], default), default);
        Assert.Equal(KafkaServer.DefaultPartitions, _admin.Client.GetMetadata(dead.Address, Wait.Patience).Topics[0].Partitions.Count);
        Assert.Equal("604800000", await SettingAsync(dead.Address, "retention.ms"));
        Assert.All(await kafka.Topology.InspectAsync([plan, dead], default), static item => Assert.Equal(TopologyState.Ok, item.State));
    }

    [Fact]
    public async Task What_differs_is_reported_property_by_property_and_nothing_is_changed()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync(2, ("retention.ms", "3600000"));
        var plan = KafkaHarness.Plan(topic) with { Settings = new KafkaChannel(4, 3, TimeSpan.FromHours(2)) };
        var items = await kafka.Topology.InspectAsync([plan], default);
        Assert.Equal(
            [
                new TopologyItem(topic, TopologyState.Drift, "Partitions", "2", "4", true),
                new TopologyItem(topic, TopologyState.Drift, "ReplicationFactor", "1", "3", false),
                new TopologyItem(topic, TopologyState.Drift, "Retention", "retention.ms=3600000", "retention.ms=7200000", false),
            ],
            items);
        await kafka.Topology.ApplyAsync(items, default);
        Assert.Equal(items, await kafka.Topology.InspectAsync([plan], default));
    }

    [Fact]
    public async Task What_the_channel_does_not_say_may_be_anything()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync(2, ("retention.ms", "3600000"), ("cleanup.policy", "compact"));
        Assert.Equal([new TopologyItem(topic, TopologyState.Ok, null, null, null, false)], await kafka.Topology.InspectAsync([KafkaHarness.Plan(topic)], default));
    }

    [Fact]
    public async Task What_loses_events_is_unsafe()
    {
        await using var kafka = new KafkaHarness();
        var topic = await _admin.TopicAsync(1, ("unclean.leader.election.enable", "true"));
        var dead = await _admin.TopicAsync(1, ("cleanup.policy", "compact,delete"));
        var items = await kafka.Topology.InspectAsync([KafkaHarness.Plan(topic), KafkaHarness.Plan(dead) with { Role = ChannelRole.DeadLetter }], default);
        Assert.Equal(
            [
                new TopologyItem(topic, TopologyState.Unsafe, "unclean.leader.election.enable", "true", "false", false),
                new TopologyItem(dead, TopologyState.Unsafe, "cleanup.policy", "compact,delete", "delete", false),
            ],
            items.OrderBy(item => item.Resource == dead));
    }

    public void Dispose() => _admin.Dispose();

    private async Task<string> SettingAsync(string topic, string name) =>
        (await _admin.Client.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = topic }]))[0].Entries[name].Value;
}
