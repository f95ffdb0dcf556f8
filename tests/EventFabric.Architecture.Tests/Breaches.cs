using Xunit;

namespace EventFabric.Architecture.Tests;

internal static class Breaches
{
    /// <summary>Fails with every breach in full.</summary>
    public static void AssertNone(IEnumerable<string> breaches)
    {
        var all = breaches.ToList();
        if (all.Count > 0) Assert.Fail($"{all.Count} breaches:\n{string.Join('\n', all)}");
    }
}
