using EventFabric.Performance.Harness;

namespace EventFabric.Performance.Scenarios;

/// <summary>All scenarios.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Scenario> All { get; } = [B1.Scenario, B2.Scenario, B3.Scenario, B4.Scenario, B5.Scenario, B6.Scenario, B8.Scenario, B10.Scenario, B11.Scenario, B12.Scenario, B13.Scenario, B15.Scenario, B16.Scenario, B23.Scenario, B24.Scenario];
}
