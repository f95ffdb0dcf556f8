using System.Diagnostics;
using System.Globalization;

namespace EventFabric.Tests.Faults;

/// <summary>Deadlines of the fault tests, and how long a load runs.</summary>
internal static class FaultTime
{
    /// <summary>How long a load runs before and after a fault: longer by EVENTFABRIC_FAULT_SECONDS.</summary>
    internal static TimeSpan Phase { get; } = Environment.GetEnvironmentVariable("EVENTFABRIC_FAULT_SECONDS") is { Length: > 0 } told
        ? TimeSpan.FromSeconds(double.Parse(told, CultureInfo.InvariantCulture))
        : TimeSpan.FromSeconds(1.5);

    internal static TimeSpan Patience => TimeSpan.FromSeconds(40);

    /// <summary>Waits for a condition.</summary>
    internal static async Task UntilAsync(Func<bool> condition, string what, Func<string>? details = null)
    {
        for (var began = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(10))
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"Waited {Patience.TotalSeconds} s for {what}.\n{details?.Invoke()}");
        }
    }

    /// <summary>Lets a load run: until a phase has passed and more was handled since.</summary>
    internal static async Task RunAsync(Oracle oracle, string what, Func<string>? details = null)
    {
        var (began, before) = (Stopwatch.GetTimestamp(), oracle.Settled);
        await UntilAsync(() => oracle.Settled > before, $"events {what}", details);
        await UntilAsync(() => Stopwatch.GetElapsedTime(began) >= Phase, "the phase to pass");
    }
}
