using System.Globalization;
using System.Text.Json;

namespace EventFabric.Testing.Ledger;

/// <summary>The checked-in <c>conformance-ledger.json</c>: adapter, then case id, then what the case comes to. Read strictly: what is not understood is an error.</summary>
internal sealed class ConformanceLedger
{
    internal const string FileName = "conformance-ledger.json";

    private readonly Dictionary<string, Dictionary<string, LedgerCell>> _cells;

    private ConformanceLedger(string path, Dictionary<string, Dictionary<string, LedgerCell>> cells)
    {
        Path = path;
        _cells = cells;
    }

    /// <summary>The file it was read from.</summary>
    internal string Path { get; }

    /// <summary>The adapters that have a column.</summary>
    internal IReadOnlyCollection<string> Adapters => _cells.Keys;

    /// <summary>The case ids of a column, in the file's order.</summary>
    internal IEnumerable<string> CaseIds(string adapter) => _cells[adapter].Keys;

    /// <summary>The cell, or null where nobody wrote one.</summary>
    internal LedgerCell? Find(string adapter, string caseId) =>
        _cells.TryGetValue(adapter, out var column) && column.TryGetValue(caseId, out var cell) ? cell : null;

    /// <summary>The nearest ledger at or above a folder; null where there is none.</summary>
    internal static ConformanceLedger? FindNearest(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            var path = System.IO.Path.Combine(at.FullName, FileName);
            if (File.Exists(path)) return Parse(File.ReadAllText(path), path);
        }

        return null;
    }

    internal static ConformanceLedger Parse(string json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var cells = new Dictionary<string, Dictionary<string, LedgerCell>>(StringComparer.Ordinal);
            foreach (var adapter in Object(document.RootElement, "the file").EnumerateObject())
            {
                var column = new Dictionary<string, LedgerCell>(StringComparer.Ordinal);
                foreach (var cell in Object(adapter.Value, adapter.Name).EnumerateObject())
                    column.Add(cell.Name, ReadCell(cell.Value, $"{adapter.Name}, {cell.Name}"));
                cells.Add(adapter.Name, column);
            }

            return new ConformanceLedger(path, cells);
        }
        catch (Exception problem) when (problem is JsonException or FormatException)
        {
            throw new ConformanceException($"{path} is not a conformance ledger: {problem.Message}", problem);
        }
    }

    private static LedgerCell ReadCell(JsonElement value, string where)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString() switch
            {
                "pass" => new LedgerCell(LedgerResult.Pass),
                "refused" => new LedgerCell(LedgerResult.Refused),
                var other => throw new FormatException($"{where}: \"{other}\" is neither \"pass\" nor \"refused\"."),
            };
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in Object(value, where).EnumerateObject())
        {
            if (property.Name is not ("result" or "reason" or "kind" or "expires"))
                throw new FormatException($"{where}: \"{property.Name}\" is unknown; a waiver has result, reason, kind and expires.");
            texts[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : string.Empty;
        }

        if (Text(texts, "result", where) != "waived") throw new FormatException($"{where}: the result of an object is \"waived\".");
        var kind = Text(texts, "kind", where);
        if (!LedgerCell.Kinds.Contains(kind))
            throw new FormatException($"{where}: the kind \"{kind}\" is unknown; there are \"{string.Join("\", \"", LedgerCell.Kinds)}\".");
        if (!DateOnly.TryParseExact(Text(texts, "expires", where), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var expires))
            throw new FormatException($"{where}: expires is a day, as 2026-12-31.");
        return new LedgerCell(LedgerResult.Waived, Text(texts, "reason", where), kind, expires);
    }

    private static JsonElement Object(JsonElement value, string where) =>
        value.ValueKind == JsonValueKind.Object ? value : throw new FormatException($"{where}: an object is expected.");

    private static string Text(Dictionary<string, string> texts, string name, string where) =>
        texts.TryGetValue(name, out var text) && !string.IsNullOrWhiteSpace(text) ? text : throw new FormatException($"{where}: a waiver needs \"{name}\", as text.");
}
