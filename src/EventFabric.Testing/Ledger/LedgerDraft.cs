using System.Text.Json;
using System.Text.Json.Nodes;
using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Ledger;

/// <summary>
/// Fills a new adapter's column: <c>EVENTFABRIC_CONFORMANCE_LEDGER=write</c> runs the cases that have no cell, and writes what they came to. One that failed
/// stays without: what is not passed is decided by somebody.
/// </summary>
internal static class LedgerDraft
{
    internal const string Variable = "EVENTFABRIC_CONFORMANCE_LEDGER";
    private static readonly Lock Gate = new();

    /// <summary>Whether cells that are missing are written.</summary>
    internal static bool IsWanted => Environment.GetEnvironmentVariable(Variable) == "write";

    /// <summary>Adds a cell to the file; one that is there stays.</summary>
    internal static void Add(string path, string adapter, string caseId, CaseOutcome outcome)
    {
        lock (Gate)
        {
            var ledger = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            var known = ledger[adapter]?.AsObject() ?? [];
            if (known.ContainsKey(caseId)) return;
            known.Add(caseId, outcome == CaseOutcome.Passed ? "pass" : "refused");
            ledger[adapter] = new JsonObject(known.OrderBy(static cell => cell.Key, StringComparer.Ordinal).Select(static cell => KeyValuePair.Create(cell.Key, cell.Value?.DeepClone())));
            File.WriteAllBytes(path, Write(ledger));
        }
    }

    private static byte[] Write(JsonObject ledger)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" })) ledger.WriteTo(writer);
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}
