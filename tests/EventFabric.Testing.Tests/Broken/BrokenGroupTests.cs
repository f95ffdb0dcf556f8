using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Brokers and engines that keep no group together, or that give its members what is not theirs.</summary>
public sealed class BrokenGroupTests
{
    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_gives_a_partition_to_two_members_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("F01", new Opens(static plan => plan with { Group = Opens.Unheard(plan), Start = StartPosition.Latest }), "every event once", profile);

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_takes_two_groups_for_one_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("F02", new Opens(static plan => plan with { Group = "all" }), "96 events at the", profile);

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_begins_at_the_earliest_whatever_it_is_told_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("F03", new Opens(static plan => plan with { Start = StartPosition.Earliest }), "only events \"probe\"", profile);

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_begins_at_the_latest_whatever_it_is_told_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("F03", new Opens(static plan => plan with { Start = StartPosition.Latest }), "16 events at a new group that begins at the earliest", profile);

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_begins_anew_at_each_start_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("F03", new Opens(static plan => plan with { Group = Opens.Unheard(plan) }), "of what came while it was away", profile);

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

    [Theory]
    [InlineData("F05", "events that wait for their retry at the member that")]
    [InlineData("F10", "every event to be handled")]
    public Task One_that_loses_the_prefetched_is_caught(string caseId, string because) => Caught.InBrokerAsync(caseId, new LosesThePrefetched(), because);

    [Fact]
    public Task One_that_does_not_hear_of_a_revocation_is_caught() => Caught.InEngineAsync("F06", new OneTenureForEver(), "the tokens of the handlers whose events were taken");

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_commits_after_a_revocation_is_caught(InMemoryProfile profile)
    {
        var defect = new CommitsByPosition(onlyLate: true);
        return Caught.ByAsync("F07", new BrokenFixture(profile) { Broker = defect, Program = defect.AddTo }, "since the late handlers settled nothing");
    }

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_refuses_what_another_member_made_first_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("F09", new CreatesOnce(), "no host to have to try again", profile);

    [Fact]
    public Task One_that_gives_up_at_once_what_it_is_asked_for_is_caught() => Caught.InEngineAsync("F10", new GivesNoGrace(), "whose handler ended in time");

    [Fact]
    public Task One_that_settles_the_record_of_an_old_tenure_is_caught()
    {
        var defect = new CommitsByPosition(onlyLate: true);
        return Caught.ByAsync("F11", new BrokenFixture(InMemoryProfile.Log) { Broker = defect, Program = defect.AddTo }, "since the old handlers settled nothing");
    }
}
