using EventFabric.Testing.Conformance;
using EventFabric.Testing.Ledger;

namespace EventFabric.Testing;

/// <summary>
/// Says whether a broker, through its adapter, keeps EventFabric's promise. The cases are data: an adapter's test class is one theory over
/// <see cref="Cases"/>, each a test of that name, and any test framework will do. Thread-safe; cases that share a fixture run one after the other.
/// </summary>
public static class ConformanceSuite
{
    /// <summary>
    /// The names of all cases, in the order of the catalogue: "A01 publish_one_receive_one". The id before the space never changes its meaning. The environment
    /// variable <c>EVENTFABRIC_CASES</c> leaves only those that it names: "A01,D09", or "D" for a group.
    /// </summary>
    public static IReadOnlyList<string> Cases { get; } = Named(Environment.GetEnvironmentVariable("EVENTFABRIC_CASES"));

    /// <summary>
    /// Runs one case and compares what came of it with <c>conformance-ledger.json</c>: the nearest one at or above <see cref="AppContext.BaseDirectory"/>.
    /// Where there is none, every case passes, or is refused where the driver's <c>Resolve</c> says Unsupported. With the environment variable
    /// <c>EVENTFABRIC_CONFORMANCE_LEDGER=write</c> a case without a cell gets one when it did not fail.
    /// </summary>
    /// <param name="testCase">One of <see cref="Cases"/>, or its id alone.</param>
    /// <param name="fixture">The adapter and its broker.</param>
    /// <param name="cancellationToken">Gives up; the broker may keep what the case left there.</param>
    /// <exception cref="ConformanceException">The case failed, or its result is not what the ledger says.</exception>
    /// <exception cref="ArgumentException">There is no such case.</exception>
    public static async Task RunAsync(string testCase, ConformanceFixture fixture, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(testCase);
        ArgumentNullException.ThrowIfNull(fixture);
        var known = CaseCatalogue.Find(testCase)
            ?? throw new ArgumentException($"There is no conformance case \"{testCase}\". ConformanceSuite.Cases lists them.", nameof(testCase));
        var ledger = ConformanceLedger.FindNearest(AppContext.BaseDirectory);
        if (ledger is not null && LedgerDraft.IsWanted && ledger.Find(fixture.Adapter, known.Id) is null)
        {
            LedgerDraft.Add(ledger.Path, fixture.Adapter, known.Id, await CaseRunner.RunAsync(known, fixture, cancellationToken).ConfigureAwait(false));
            return;
        }

        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await LedgerRules.ApplyAsync(ledger, fixture.Adapter, known, today, () => CaseRunner.RunAsync(known, fixture, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    internal static IReadOnlyList<string> Named(string? ids)
    {
        var only = (ids ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var names = CaseCatalogue.All.Select(static known => known.Name);
        return [.. names.Where(name => only.Length == 0 || Array.Exists(only, id => name.StartsWith(id, StringComparison.OrdinalIgnoreCase)))];
    }
}
