using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Brokers and engines that do the wrong thing when events go from one member to another.</summary>
public sealed class BrokenTenureTests
{
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

    [Fact]
    public Task One_that_gives_up_at_once_what_it_is_asked_for_is_caught() => Caught.InEngineAsync("F10", new GivesNoGrace(), "whose handler ended in time");

    [Fact]
    public Task One_that_settles_the_record_of_an_old_tenure_is_caught()
    {
        var defect = new CommitsByPosition(onlyLate: true);
        return Caught.ByAsync("F11", new BrokenFixture(InMemoryProfile.Log) { Broker = defect, Program = defect.AddTo }, "since the old handlers settled nothing");
    }
}
