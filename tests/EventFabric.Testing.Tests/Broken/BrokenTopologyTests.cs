using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Brokers that do not see what is there, or that do not make what is not.</summary>
public sealed class BrokenTopologyTests
{
    [Fact]
    public Task One_that_sees_nothing_missing_is_caught() => Caught.InBrokerAsync("K03", new Overlooks(TopologyState.Missing), "starting with Validate");

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_does_not_see_what_differs_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("K03", new Overlooks(TopologyState.Drift), "starting with Validate", profile);

    [Fact]
    public Task One_that_does_not_see_what_loses_events_is_caught() =>
        Caught.InBrokerAsync("K03", new Overlooks(TopologyState.Unsafe), "starting with Validate", InMemoryProfile.Queue);

    [Fact]
    public Task One_that_makes_nothing_is_caught() => Caught.InBrokerAsync("K03", new CreatesNothing(), "unexpected InMemoryException");
}
