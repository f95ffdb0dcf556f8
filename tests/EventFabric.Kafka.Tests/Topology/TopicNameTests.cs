using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using EventFabric.Kafka.Topology;
using Xunit;

namespace EventFabric.Kafka.Tests.Topology;

public sealed class TopicNameTests
{
    [Theory]
    [InlineData("orders", "billing", ChannelRole.DeadLetter, 0, "orders-billing-dlq")]
    [InlineData("orders", "billing", ChannelRole.Retry, 2, "orders-billing-retry-2")]
    [InlineData("orders", "billing", ChannelRole.Delay, 0, "orders-delay")]
    [InlineData("orders", "billing", ChannelRole.Main, 0, "orders")]
    public void Companions_are_named_after_topic_and_group(string topic, string group, ChannelRole role, int tier, string wanted) => Assert.Equal(wanted, Name(topic, group, role, tier));

    [Theory]
    [InlineData("team/billing")]
    [InlineData("team billing")]
    [InlineData("é")]
    [InlineData("キー")]
    [InlineData("a:b")]
    public void A_group_that_no_topic_may_be_called_gets_a_legal_name_of_its_own(string group)
    {
        var name = Name("orders", group, ChannelRole.DeadLetter, 0);
        Assert.True(TopicNames.IsLegal(name), name);
        Assert.NotEqual(name, Name("orders", group.Replace('/', '_').Replace(' ', '_').Replace(':', '_') + "x", ChannelRole.DeadLetter, 0));
        Assert.Equal(name, Name("orders", group, ChannelRole.DeadLetter, 0));
    }

    [Fact]
    public void Groups_that_differ_only_in_what_is_replaced_do_not_share_dead_letters()
    {
        string[] groups = ["a/b", "a b", "a:b", "a_b", "a\\b"];
        Assert.Equal(groups.Length, groups.Select(static group => Name("orders", group, ChannelRole.DeadLetter, 0)).Distinct().Count());
    }

    [Fact]
    public void A_name_that_would_be_too_long_is_cut_and_stays_one_of_a_kind()
    {
        var group = new string('g', 249);
        var names = new[] { Name("orders", group + "1", ChannelRole.DeadLetter, 0), Name("orders", group + "2", ChannelRole.DeadLetter, 0), Name("orders", group + "1", ChannelRole.Retry, 1) };
        Assert.All(names, static name => Assert.Equal(TopicNames.MaxLength, name.Length));
        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, static name => Assert.True(TopicNames.IsLegal(name), name));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    [InlineData("a..b", true)]
    [InlineData("A-b_c.9", true)]
    public async Task An_address_that_is_no_topic_is_refused_with_what_is_allowed(string address, bool isLegal)
    {
        await using var kafka = new KafkaHarness(null, ("BootstrapServers", "127.0.0.1:1"));
        var issues = new List<ConfigurationIssue>();
        kafka.Connection.Resolve(KafkaHarness.Plan(address), issues);
        if (isLegal)
            Assert.Empty(issues);
        else
            Assert.Equal([new ConfigurationIssue("Address", $"\"{address}\" is no name of a topic; write letters, digits, '.', '_' and '-', at most 249")], issues);
    }

    private static string Name(string topic, string group, ChannelRole role, int tier) => TopicNames.Of(KafkaHarness.Plan(topic) with { Group = group }, role, tier);
}
