using Xunit;

namespace EventFabric.Testing.Tests;

public sealed class ConformanceSuiteTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_name_all_cases_are_there(string? ids) => Assert.True(ConformanceSuite.Named(ids).Count > 70);

    [Fact]
    public void Cases_are_chosen_by_id_and_by_group()
    {
        var chosen = ConformanceSuite.Named("a01, D").Select(static name => name[..3]).ToList();
        Assert.Equal("A01", chosen[0]);
        Assert.True(chosen.Count > 10, $"{chosen.Count} cases");
        Assert.All(chosen.Skip(1), static id => Assert.StartsWith("D", id, StringComparison.Ordinal));
    }
}
