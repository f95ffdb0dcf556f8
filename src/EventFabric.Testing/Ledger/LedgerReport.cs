using System.Globalization;
using System.Text;
using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Ledger;

/// <summary>The ledger for readers: docs/conformance.md.</summary>
internal static class LedgerReport
{
    private static readonly Dictionary<char, string> Groups = new()
    {
        ['A'] = "Publish and receive",
        ['B'] = "Batches",
        ['C'] = "CloudEvents and serialization",
        ['D'] = "Settlement",
        ['E'] = "Order and concurrency",
        ['F'] = "Groups and rebalance",
        ['G'] = "Retry and dead letters",
        ['K'] = "Configuration and operation",
    };

    internal static string Write(ConformanceLedger ledger, IReadOnlyList<ConformanceCase> cases)
    {
        var text = new StringBuilder(
            """
            # Conformance

            What each adapter keeps of the promise, case by case. Generated from `conformance-ledger.json`; a test fails where the two differ, and
            the suite fails where a case comes to anything else than its cell says. `EVENTFABRIC_WRITE_DOCS=1 bash tests/run --project EventFabric.Testing`
            writes this page anew. What the suite is, and how an adapter runs it: [the conformance suite](guide/conformance-suite.md).

            **yes**: the case passes. **refused**: the adapter says that it cannot, and what needs it is refused at start-up, by `NotSupportedException` or by
            null, as the case demands. **no**: waived, with the reason below the tables.


            """);
        var adapters = ledger.Adapters.ToList();
        var notes = new List<string>();
        foreach (var group in cases.GroupBy(static known => known.Id[0]))
        {
            text.Append(CultureInfo.InvariantCulture, $"## {group.Key}. {Groups[group.Key]}\n\n");
            text.Append("| case | asserts |").AppendJoin(string.Empty, adapters.Select(static adapter => $" {adapter} |")).Append('\n');
            text.Append("| --- | --- |").Insert(text.Length, " --- |", adapters.Count).Append('\n');
            foreach (var known in group) WriteRow(text, known, adapters, ledger, notes);
            text.Append('\n');
        }

        if (notes.Count > 0) text.Append("## Waived\n\n").AppendJoin('\n', notes).Append('\n');
        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }

    private static void WriteRow(StringBuilder text, ConformanceCase known, List<string> adapters, ConformanceLedger ledger, List<string> notes)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {known.Name} | {known.Asserts.Replace("|", "\\|", StringComparison.Ordinal)} |");
        foreach (var adapter in adapters)
        {
            var cell = ledger.Find(adapter, known.Id);
            var shown = cell?.Result switch
            {
                LedgerResult.Pass => "yes",
                LedgerResult.Refused => "refused",
                LedgerResult.Waived => "no",
                _ => "?",
            };
            if (cell is { Result: LedgerResult.Waived })
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"- {known.Id} on {adapter}: {cell.Reason} ({cell.Kind}, until {cell.Expires:yyyy-MM-dd})"));
            text.Append(CultureInfo.InvariantCulture, $" {shown} |");
        }

        text.Append('\n');
    }
}
