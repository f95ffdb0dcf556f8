using System.Collections.Immutable;
using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Tests.Configuration.Generated;

/// <summary>What an adapter says it can do, as a table for its page.</summary>
internal static class CapabilityTable
{
    private const string Begin = "<!-- generated: capabilities -->";
    private const string End = "<!-- end of what is generated -->";

    /// <summary>The page with the table between its marks made anew.</summary>
    public static string Into(string page, IReadOnlyList<(string Title, ImmutableArray<CapabilityCell> Cells)> columns)
    {
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from) throw new InvalidOperationException($"The page has no place for its capabilities: {Begin} and {End}.");
        return page[..(from + Begin.Length)] + "\n" + Write(columns) + page[to..];
    }

    private static string Write(IReadOnlyList<(string Title, ImmutableArray<CapabilityCell> Cells)> columns)
    {
        var table = new StringBuilder();
        table.Append("| capability |").AppendJoin("", columns.Select(static column => $" {column.Title} |")).Append('\n');
        table.Append("| --- |").AppendJoin("", columns.Select(static _ => " --- |")).Append('\n');
        foreach (var capability in Enum.GetValues<Capability>())
            table.Append($"| `{capability}` |").AppendJoin("", columns.Select(column => $" {Cell(column.Cells, capability)} |")).Append('\n');
        return table.ToString();
    }

    private static string Cell(ImmutableArray<CapabilityCell> cells, Capability capability)
    {
        var cell = cells.FirstOrDefault(cell => cell.Capability == capability);
        var support = cell.Capability == capability ? cell.Support : Support.Unsupported;
        var word = support.ToString().ToLowerInvariant();
        return cell.How is { } how ? $"{word}: {how}" : word;
    }
}
