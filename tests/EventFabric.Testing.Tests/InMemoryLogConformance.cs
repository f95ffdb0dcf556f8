using EventFabric.Testing.Tests.Fixtures;
using Xunit;

namespace EventFabric.Testing.Tests;

/// <summary>All that an adapter's test project is: a theory over the cases, and a fixture.</summary>
public sealed class InMemoryLogConformance(InMemoryLogFixture fixture) : IClassFixture<InMemoryLogFixture>
{
    public static TheoryData<string> Cases { get; } = [.. ConformanceSuite.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => ConformanceSuite.RunAsync(name, fixture, TestContext.Current.CancellationToken);
}
