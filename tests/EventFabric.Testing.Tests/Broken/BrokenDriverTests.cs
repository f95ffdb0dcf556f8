using System.Collections.Immutable;
using EventFabric.Drivers;
using EventFabric.Testing.Conformance;
using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>What a new driver is likely to have wrong: the failure says what it is, not only that nothing came.</summary>
public sealed class BrokenDriverTests
{
    [Fact]
    public Task One_that_tells_of_no_tenure_is_named() => FailsAsync("A01", new TellsNothing(), "never told of by IReceiverEvents.Assigned");

    [Fact]
    public Task One_that_gives_no_array_of_capabilities_is_named() => FailsAsync("A01", new ResolvesNothing(), "gave a default array");

    [Fact]
    public Task One_that_takes_few_calls_at_once_is_named() =>
        FailsAsync("B06", new Sends(static inner => new OneCallSender(inner)), "expected SendTraits.MaxOpenCalls above 3, so that calls without an answer leave room for others, seen 1");

    [Fact]
    public async Task One_that_carries_no_null_body_is_given_none()
    {
        await using var fixture = new BrokenFixture(InMemoryProfile.Queue) { Broker = new Lacks(Capability.Tombstone) };
        Assert.Equal(CaseOutcome.Refused, await CaseRunner.RunAsync(CaseCatalogue.Find("A04")!, fixture, TestContext.Current.CancellationToken));
    }

    private static async Task FailsAsync(string caseId, Defect defect, string because)
    {
        await using var fixture = new BrokenFixture(InMemoryProfile.Queue) { Broker = defect };
        var failed = await Assert.ThrowsAsync<ConformanceException>(() => CaseRunner.RunAsync(CaseCatalogue.Find(caseId)!, fixture, TestContext.Current.CancellationToken));
        Assert.Contains(because, failed.Message, StringComparison.Ordinal);
    }

    private sealed class TellsNothing : Defect
    {
        internal override IReceiverEvents Events(IReceiverEvents inner, ChannelPlan plan) => new Silent(inner);

        private sealed class Silent(IReceiverEvents inner) : IReceiverEvents
        {
            public void Assigned(IReadOnlyList<Ownership> added)
            {
            }

            public ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds) => inner.RevokingAsync(leaving, graceEnds);

            public void Lost(IReadOnlyList<Ownership> gone, Exception? cause) => inner.Lost(gone, cause);

            public void StateChanged(ChannelState state, Exception? cause) => inner.StateChanged(state, cause);
        }
    }

    private sealed class ResolvesNothing : Defect
    {
        internal override ImmutableArray<CapabilityCell> Resolved(ImmutableArray<CapabilityCell> cells) => default;
    }

    private sealed class Lacks(Capability capability) : Defect
    {
        internal override ImmutableArray<CapabilityCell> Resolved(ImmutableArray<CapabilityCell> cells) => cells.RemoveAll(cell => cell.Capability == capability);
    }

    private sealed class OneCallSender(ISender inner) : DefectiveSender(inner)
    {
        public override SendTraits Traits => base.Traits with { MaxOpenCalls = 1 };
    }
}
