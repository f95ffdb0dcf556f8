using System.Globalization;
using Microsoft.Coyote.Logging;
using Microsoft.Coyote.SystematicTesting;
using Xunit;

namespace EventFabric.Concurrency.Exploring;

/// <summary>
/// Runs a story in many interleavings. Each is a function of a seed that is the same in every run of the tests; a failure names what was seen
/// and the schedule that led there.
/// </summary>
internal static class Explorer
{
    private const uint Seed = 20_260;

    /// <summary>How many times as many interleavings are tried as the tests say: 1, or what the environment says.</summary>
    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("EVENTFABRIC_INTERLEAVINGS_TIMES"), CultureInfo.InvariantCulture, out var times) ? times : 1;

    /// <summary>The story ends well in every interleaving that is tried.</summary>
    public static void HoldsInEvery(int interleavings, Func<Task> story)
    {
        using var engine = Explore(interleavings * Times, story);
        var report = engine.TestReport;
        if (report.NumOfFoundBugs > 0)
            Assert.Fail($"Found in interleaving {report.TestIterationsCount()} of {interleavings}, seed {Seed.ToString(CultureInfo.InvariantCulture)}: {string.Join('\n', report.BugReports)}");
    }

    /// <summary>The twin of a story, with a race planted: it must be found within as many interleavings, or the story explores nothing.</summary>
    public static void FindsThePlantedRace(int interleavings, Func<Task> story)
    {
        using var engine = Explore(interleavings, story);
        Assert.True(engine.TestReport.NumOfFoundBugs > 0, $"The planted race was not found in {interleavings} interleavings: this exploration explores nothing.");
    }

    private static TestingEngine Explore(int interleavings, Func<Task> story)
    {
        var configuration = Microsoft.Coyote.Configuration.Create()
            .WithTestingIterations((uint)interleavings)
            .WithRandomGeneratorSeed(Seed)
            .WithMaxSchedulingSteps(20_000, 20_000)
            .WithFailureOnMaxStepsBoundEnabled()
            .WithMemoryAccessRaceCheckingEnabled()
            .WithAtomicOperationRaceCheckingEnabled()
            .WithVolatileOperationRaceCheckingEnabled()
            .WithLockAccessRaceCheckingEnabled()
            .WithTelemetryEnabled(false)
            .WithVerbosityEnabled(VerbosityLevel.None)
            .WithPartiallyControlledConcurrencyAllowed(false)
            .WithConsoleLoggingEnabled(false);
        var engine = TestingEngine.Create(configuration, story);
        engine.Run();
        return engine;
    }

    private static int TestIterationsCount(this TestReport report) => report.NumOfExploredFairPaths + report.NumOfExploredUnfairPaths;
}
