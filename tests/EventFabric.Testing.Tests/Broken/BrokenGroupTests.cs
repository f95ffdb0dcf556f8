using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Brokers that keep no group together, or that forget where it was.</summary>
public sealed class BrokenGroupTests
{
    [Fact]
    public Task One_that_gives_a_partition_to_two_members_is_caught() =>
        Caught.InBrokerAsync("F01", new Opens(static plan => plan with { Group = Opens.Unheard(plan), Start = StartPosition.Latest }), "every event once");

    [Fact]
    public Task One_that_takes_two_groups_for_one_is_caught() =>
        Caught.InBrokerAsync("F02", new Opens(static plan => plan with { Group = "all" }), "96 events at the", InMemoryProfile.Queue);

    [Fact]
    public Task One_that_begins_at_the_earliest_whatever_it_is_told_is_caught() =>
        Caught.InBrokerAsync("F03", new Opens(static plan => plan with { Start = StartPosition.Earliest }), "only events \"probe\"");

    [Fact]
    public Task One_that_begins_at_the_latest_whatever_it_is_told_is_caught() =>
        Caught.InBrokerAsync("F03", new Opens(static plan => plan with { Start = StartPosition.Latest }), "16 events at a new group that begins at the earliest", InMemoryProfile.Queue);

    [Fact]
    public Task One_that_begins_anew_at_each_start_is_caught() =>
        Caught.InBrokerAsync("F03", new Opens(static plan => plan with { Group = Opens.Unheard(plan) }), "of what came while it was away");

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_forgets_the_position_of_a_group_and_repeats_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("F08", new Opens(static plan => plan with { Group = Opens.Unheard(plan) }), "only events \"away 0\"", profile);

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_forgets_the_position_of_a_group_and_skips_is_caught(InMemoryProfile profile) => Caught.InBrokerAsync(
        "F08",
        new Opens(static plan => plan with { Group = Opens.Unheard(plan), Start = StartPosition.Latest }),
        "the member that came after they were published",
        profile);

    [Fact]
    public Task One_that_skips_where_a_position_is_out_of_range_is_caught() => Caught.ByAsync(
        "F08",
        new BrokenFixture(InMemoryProfile.Log, holes: true) { Broker = new SkipsOutOfRange() },
        "the member that came after they were published");

    [Fact]
    public Task One_that_refuses_what_another_member_made_first_is_caught() =>
        Caught.InBrokerAsync("F09", new CreatesOnce(), "no host to have to try again");
}
