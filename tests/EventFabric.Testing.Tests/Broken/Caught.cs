using EventFabric.Testing.Conformance;
using EventFabric.Testing.Tests.Fixtures;
using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Asserts that a case fails on what is broken, and for the reason for which it should.</summary>
internal static class Caught
{
    private static readonly Dictionary<InMemoryProfile, Lazy<Task<FixtureProfile>>> Sound = Enum.GetValues<InMemoryProfile>().ToDictionary(
        static profile => profile,
        static profile => new Lazy<Task<FixtureProfile>>(() => FixtureProfile.GetAsync(new SoundFixture(profile), CancellationToken.None)));

    internal static Task InBrokerAsync(string caseId, Defect defect, string because, InMemoryProfile profile = InMemoryProfile.Log) =>
        ByAsync(caseId, new BrokenFixture(profile) { Broker = defect }, because);

    internal static Task InEngineAsync(string caseId, Defect defect, string because, InMemoryProfile profile = InMemoryProfile.Log) =>
        ByAsync(caseId, new BrokenFixture(profile) { Engine = defect }, because);

    internal static Task InProgramAsync(string caseId, Action<IEventFabricBuilder> program, string because, InMemoryProfile profile = InMemoryProfile.Log) =>
        ByAsync(caseId, new BrokenFixture(profile) { Program = program }, because);

    internal static async Task ByAsync(string caseId, BrokenFixture fixture, string because)
    {
        await using (fixture)
        {
            var testCase = CaseCatalogue.Find(caseId) ?? throw new ArgumentException($"There is no case {caseId}.", nameof(caseId));
            FixtureProfile.Adopt(fixture, await Sound[fixture.Profile].Value);
            CaseOutcome outcome;
            try
            {
                outcome = await CaseRunner.RunAsync(testCase, fixture, TestContext.Current.CancellationToken);
            }
            catch (ConformanceException caught)
            {
                TestContext.Current.TestOutputHelper?.WriteLine(caught.Message);
                Assert.StartsWith(caseId, caught.Message, StringComparison.Ordinal);
                Assert.Contains(because, caught.Message, StringComparison.Ordinal);
                return;
            }

            Assert.Fail($"{testCase.Name} came to {outcome} on a broker or engine that is broken: it does not catch what it should.");
        }
    }

    private sealed class SoundFixture(InMemoryProfile profile) : InMemoryFixture(profile);
}
