using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Receiving;
using Xunit;

namespace EventFabric.Nats.Tests.Wire;

/// <summary>Names, versions and shares: what is computed from nothing but its input.</summary>
public sealed class NamesTests
{
    [Theory]
    [InlineData("orders", true)]
    [InlineData("shop.orders.v1", true)]
    [InlineData("shop-orders_v1/x", true)]
    [InlineData("", false)]
    [InlineData("shop..orders", false)]
    [InlineData(".orders", false)]
    [InlineData("shop orders", false)]
    [InlineData("orders.*", false)]
    [InlineData("orders.>", false)]
    [InlineData("$JS.orders", false)]
    [InlineData("örders", false)]
    public void An_address_can_begin_subjects(string address, bool legal) => Assert.Equal(legal, NatsNames.IsLegalAddress(address));

    [Theory]
    [InlineData("orders", "billing", "orders-billing-dlq")]
    [InlineData("shop.orders.v1", "eu.billing", "shop.orders.v1-eu.billing-dlq")]
    public void Dead_letters_have_a_root_of_their_own(string address, string group, string expected)
    {
        var name = NatsNames.Of(Plan(address, group), ChannelRole.DeadLetter, 0);
        Assert.Equal(expected, name);
        Assert.False(name.StartsWith(address + ".", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a b", "a_b")]
    [InlineData("a*b", "a_b")]
    [InlineData("a/b", "a_b")]
    [InlineData("a.b", "a_b")]
    public void Two_groups_whose_names_differ_in_what_is_not_legal_share_nothing(string one, string other)
    {
        Assert.NotEqual(NatsNames.Consumer(one), NatsNames.Consumer(other));
        var (first, second) = (NatsNames.Of(Plan("orders", one), ChannelRole.DeadLetter, 0), NatsNames.Of(Plan("orders", other), ChannelRole.DeadLetter, 0));
        Assert.NotEqual(first, second);
        Assert.True(NatsNames.IsLegalAddress(first), first);
    }

    [Theory]
    [InlineData("g", 0)]
    [InlineData("g=g3", 3)]
    [InlineData("g=p0", -1)]
    [InlineData("g=gx", -1)]
    [InlineData("g=g0", -1)]
    [InlineData("other", -1)]
    public void A_consumer_says_how_often_its_group_was_moved(string name, int moves)
    {
        Assert.Equal(moves, NatsNames.Moves("g", name));
        if (moves >= 0)
            Assert.Equal(name, NatsNames.Generation("g", moves));
    }

    [Fact]
    public void The_partitions_of_a_stream_are_its_subjects_from_0_without_a_gap()
    {
        Assert.Equal(3, NatsNames.Partitions("a", ["a.0", "a.1", "a.2", "a.4", "a.delay.*"]));
        Assert.Equal(0, NatsNames.Partitions("a", ["b.0", "a.1", "a.>"]));
    }

    [Theory]
    [InlineData("2.9.10", false, false, false, false, false)]
    [InlineData("2.10.0", false, false, false, false, true)]
    [InlineData("2.10.4", false, false, false, true, true)]
    [InlineData("2.11.0", false, false, true, true, true)]
    [InlineData("2.12.3", false, true, true, true, true)]
    [InlineData("2.14.0-beta.1", true, true, true, true, true)]
    [InlineData("3.0", true, true, true, true, true)]
    [InlineData("devel", true, true, true, true, true)]
    [InlineData(null, true, true, true, true, true)]
    public void A_server_can_what_its_version_can(string? version, bool owners, bool schedules, bool ttl, bool reason, bool once) =>
        Assert.Equal(new ServerFeatures(owners, schedules, ttl, reason, once), ServerFeatures.Of(version));

    [Fact]
    public void Partitions_are_shared_evenly_and_the_same_from_any_side()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            string[] members = [.. Enumerable.Range(0, 1 + random.Next(9)).Select(_ => $"{random.NextInt64():x}")];
            var partitions = 1 + random.Next(40);
            var owners = Shares.Of(members, partitions);
            int[] loads = [.. members.Select(member => owners.Count(owner => owner == member))];
            Assert.True(loads.Max() - loads.Min() <= 1, $"seed {seed}: {string.Join(',', loads)}");
            random.Shuffle(members);
            Assert.Equal(owners, Shares.Of(members, partitions));
        }
    }

    [Fact]
    public void A_member_that_comes_moves_no_more_than_half_of_the_partitions()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            string[] members = [.. Enumerable.Range(0, 3).Select(_ => $"{random.NextInt64():x}")];
            var (before, after) = (Shares.Of(members, 64), Shares.Of([.. members, "new"], 64));
            var moved = before.Zip(after).Count(static pair => pair.First != pair.Second);
            Assert.True(moved <= 32, $"seed {seed}: {moved} of 64 moved, 16 must");
        }
    }

    private static ChannelPlan Plan(string address, string group) => Fixtures.NatsHarness.Plan(address, group);
}
