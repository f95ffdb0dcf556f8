using System.Diagnostics;
using Xunit;

namespace EventFabric.Tests.Drivers;

/// <summary>Waits for conditions, never for time.</summary>
internal static class Wait
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static async Task UntilAsync(Func<bool> condition, Func<string> seen)
    {
        for (var began = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(10, TestContext.Current.CancellationToken))
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, $"Not within {Patience.TotalSeconds} s; seen: {seen()}");
    }
}
