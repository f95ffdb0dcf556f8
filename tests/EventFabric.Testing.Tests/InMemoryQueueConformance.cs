using EventFabric.Testing.Tests.Fixtures;
using Xunit;

namespace EventFabric.Testing.Tests;

/// <summary>The same on the queue profile: leases, and single settlement.</summary>
public sealed class InMemoryQueueConformance(InMemoryQueueFixture fixture) : IClassFixture<InMemoryQueueFixture>
{
    public static TheoryData<string> Cases { get; } = [.. ConformanceSuite.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => ConformanceSuite.RunAsync(name, fixture, TestContext.Current.CancellationToken);
}
