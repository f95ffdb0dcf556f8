using EventFabric.Testing.Conformance;
using EventFabric.Testing.Ledger;
using Xunit;

namespace EventFabric.Testing.Tests.Ledger;

/// <summary>The ledger of this repository, and the page that is generated from it.</summary>
public sealed class CheckedInLedgerTests
{
    private static readonly ConformanceLedger Checked = ConformanceLedger.FindNearest(AppContext.BaseDirectory)
        ?? throw new InvalidOperationException("There is no conformance-ledger.json above the tests.");

    [Fact]
    public void Every_case_has_a_cell_for_every_adapter_and_no_other_cell_is_there()
    {
        foreach (var adapter in Checked.Adapters)
            Assert.Equal(CaseCatalogue.All.Select(static known => known.Id), Checked.CaseIds(adapter).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_waiver_is_of_the_kind_not_yet()
    {
        foreach (var adapter in Checked.Adapters)
            Assert.DoesNotContain(Checked.CaseIds(adapter), id => Checked.Find(adapter, id) is { Kind: "not yet" });
    }

    [Fact]
    public void The_page_in_docs_is_current()
    {
        var path = Path.Combine(Path.GetDirectoryName(Checked.Path)!, "docs", "conformance.md");
        var current = LedgerReport.Write(Checked, CaseCatalogue.All);
        if (Environment.GetEnvironmentVariable("EVENTFABRIC_WRITE_DOCS") == "1") File.WriteAllText(path, current);
        var found = File.Exists(path) ? File.ReadAllText(path) : "(no file)";
        Assert.True(
            current == found,
            $"docs/conformance.md is not what the ledger says. Write it anew: EVENTFABRIC_WRITE_DOCS=1 bash tests/run --project EventFabric.Testing\nfirst difference at character {Difference(current, found)}");
    }

    [Fact]
    public void Ids_are_unique_and_names_start_with_them()
    {
        Assert.Equal(CaseCatalogue.All.Count, CaseCatalogue.All.Select(static known => known.Id).Distinct().Count());
        Assert.All(CaseCatalogue.All, static known => Assert.Matches("^[A-Z][0-9]{2} [a-z0-9_]+$", known.Name));
        Assert.All(CaseCatalogue.All, static known => Assert.Equal(known.Needs is null, known.Refusal is null));
    }

    private static int Difference(string current, string found)
    {
        var index = 0;
        while (index < Math.Min(current.Length, found.Length) && current[index] == found[index]) index++;
        return index;
    }
}
