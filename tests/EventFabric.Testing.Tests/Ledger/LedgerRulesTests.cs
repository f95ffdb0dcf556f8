using EventFabric.Testing.Conformance;
using EventFabric.Testing.Ledger;
using Xunit;

namespace EventFabric.Testing.Tests.Ledger;

public sealed class LedgerRulesTests
{
    private static readonly DateOnly Today = new(2026, 6, 15);
    private static readonly ConformanceCase Case = new("A01 publish_one_receive_one", "anything", static _ => Task.CompletedTask);

    [Theory]
    [InlineData("\"pass\"", CaseOutcome.Passed)]
    [InlineData("\"refused\"", CaseOutcome.Refused)]
    public async Task A_result_that_the_ledger_names_is_right(string cell, object outcome) => await ApplyAsync(cell, () => Task.FromResult((CaseOutcome)outcome));

    [Theory]
    [InlineData("\"pass\"", CaseOutcome.Refused)]
    [InlineData("\"refused\"", CaseOutcome.Passed)]
    public async Task Another_result_than_the_ledger_names_fails(string cell, object outcome)
    {
        var failed = await Assert.ThrowsAsync<ConformanceException>(() => ApplyAsync(cell, () => Task.FromResult((CaseOutcome)outcome)));
        Assert.Contains($"seen {outcome}", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"pass\"")]
    [InlineData("\"refused\"")]
    public async Task A_failing_case_fails(string cell)
    {
        var failed = await Assert.ThrowsAsync<ConformanceException>(() => ApplyAsync(cell, static () => throw new ConformanceException("expected 1, seen 2")));
        Assert.Equal("expected 1, seen 2", failed.Message);
    }

    [Fact]
    public async Task An_unknown_cell_fails_and_the_case_is_not_run()
    {
        var failed = await Assert.ThrowsAsync<ConformanceException>(() => ApplyAsync(null, static () => throw new InvalidOperationException("it was run")));
        Assert.Contains("has no cell for it", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waived_case_may_fail() => await ApplyAsync(Waiver("2026-06-15"), static () => throw new ConformanceException("as expected"));

    [Theory]
    [InlineData(CaseOutcome.Passed)]
    [InlineData(CaseOutcome.Refused)]
    public async Task A_waived_case_that_does_not_fail_fails(object outcome)
    {
        var failed = await Assert.ThrowsAsync<ConformanceException>(() => ApplyAsync(Waiver("2026-06-15"), () => Task.FromResult((CaseOutcome)outcome)));
        Assert.Contains("Take the waiver out", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_waiver_fails_and_the_case_is_not_run()
    {
        var failed = await Assert.ThrowsAsync<ConformanceException>(() => ApplyAsync(Waiver("2026-06-14"), static () => throw new InvalidOperationException("it was run")));
        Assert.Contains("expired on 2026-06-14", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CaseOutcome.Passed)]
    [InlineData(CaseOutcome.Refused)]
    public async Task Without_a_ledger_a_case_passes_or_is_refused(object outcome) =>
        await LedgerRules.ApplyAsync(null, "kafka", Case, Today, () => Task.FromResult((CaseOutcome)outcome), CancellationToken.None);

    [Fact]
    public async Task Without_a_ledger_a_failing_case_fails() =>
        await Assert.ThrowsAsync<ConformanceException>(() =>
            LedgerRules.ApplyAsync(null, "kafka", Case, Today, static () => throw new ConformanceException("expected 1, seen 2"), CancellationToken.None));

    private static string Waiver(string expires) => $$"""{ "result": "waived", "reason": "r", "kind": "broker cannot", "expires": "{{expires}}" }""";

    private static Task ApplyAsync(string? cell, Func<Task<CaseOutcome>> run)
    {
        var ledger = ConformanceLedger.Parse($$"""{ "kafka": { {{(cell is null ? string.Empty : $"\"A01\": {cell}")}} } }""", "ledger");
        return LedgerRules.ApplyAsync(ledger, "kafka", Case, Today, run, CancellationToken.None);
    }
}
