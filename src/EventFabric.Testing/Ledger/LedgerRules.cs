using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Ledger;

/// <summary>What a case's result means beside the ledger: a result that nobody wrote down, or that is better or worse than written, fails.</summary>
internal static class LedgerRules
{
    /// <summary>Runs the case and holds its result against its cell. Throws unless both agree.</summary>
    internal static async Task ApplyAsync(
        ConformanceLedger? ledger,
        string adapter,
        ConformanceCase testCase,
        DateOnly today,
        Func<Task<CaseOutcome>> run,
        CancellationToken cancellationToken)
    {
        if (ledger is null)
        {
            await run().ConfigureAwait(false);
            return;
        }

        var cell = ledger.Find(adapter, testCase.Id) ?? throw new ConformanceException(
            $"{testCase.Name} on {adapter}: {ledger.Path} has no cell for it. Write \"pass\", \"refused\" or a waiver under \"{adapter}\", \"{testCase.Id}\", or run with {LedgerDraft.Variable}=write, which does.");
        if (cell.Result == LedgerResult.Waived)
        {
            await ApplyWaiverAsync(cell, adapter, testCase, today, run, cancellationToken).ConfigureAwait(false);
            return;
        }

        var outcome = await run().ConfigureAwait(false);
        var expected = cell.Result == LedgerResult.Pass ? CaseOutcome.Passed : CaseOutcome.Refused;
        if (outcome != expected)
            throw new ConformanceException($"{testCase.Name} on {adapter}: expected {expected} (the ledger's word), seen {outcome}. Correct {ledger.Path} if that is right.");
    }

    private static async Task ApplyWaiverAsync(
        LedgerCell cell,
        string adapter,
        ConformanceCase testCase,
        DateOnly today,
        Func<Task<CaseOutcome>> run,
        CancellationToken cancellationToken)
    {
        if (today > cell.Expires)
        {
            throw new ConformanceException(
                $"{testCase.Name} on {adapter}: its waiver ({cell.Kind}: {cell.Reason}) expired on {cell.Expires:yyyy-MM-dd}. Make the case pass, or decide anew.");
        }

        CaseOutcome outcome;
        try
        {
            outcome = await run().ConfigureAwait(false);
        }
        catch (ConformanceException) when (!cancellationToken.IsCancellationRequested)
        {
            return;
        }

        throw new ConformanceException($"{testCase.Name} on {adapter}: waived ({cell.Kind}: {cell.Reason}), but it came to {outcome}. Take the waiver out of the ledger.");
    }
}
