using EventFabric.Performance.Harness;

namespace EventFabric.Performance.Scenarios;

/// <summary>All scenarios.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Scenario> All { get; } = [B6.Scenario];
}
