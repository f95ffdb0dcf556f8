using EventFabric.Testing.Tests.Fixtures;
using Xunit;

namespace EventFabric.Testing.Tests;

/// <summary>The log profile once more, with holes between its positions.</summary>
public sealed class InMemoryHolesConformance(InMemoryHolesFixture fixture) : IClassFixture<InMemoryHolesFixture>
{
    public static TheoryData<string> Cases { get; } = [.. ConformanceSuite.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => ConformanceSuite.RunAsync(name, fixture, TestContext.Current.CancellationToken);
}
