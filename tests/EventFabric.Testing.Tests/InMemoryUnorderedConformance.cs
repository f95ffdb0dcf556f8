using EventFabric.Drivers;
using EventFabric.Testing.Conformance;
using EventFabric.Testing.Tests.Fixtures;
using Xunit;

namespace EventFabric.Testing.Tests;

/// <summary>
/// The queue profile of a broker that keeps no order per key: no case may count on what only order gives. No adapter, so no column of the ledger: what
/// needs order is refused, and nothing else.
/// </summary>
public sealed class InMemoryUnorderedConformance(InMemoryUnorderedFixture fixture) : IClassFixture<InMemoryUnorderedFixture>
{
    public static TheoryData<string> Cases { get; } = [.. ConformanceSuite.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case(string name)
    {
        var known = CaseCatalogue.Find(name)!;
        var outcome = await CaseRunner.RunAsync(known, fixture, TestContext.Current.CancellationToken);
        Assert.Equal(known.Needs is Capability.OrderingKey or Capability.KeyConcurrency ? CaseOutcome.Refused : CaseOutcome.Passed, outcome);
    }
}
