using EventFabric.Testing.Ledger;
using Xunit;

namespace EventFabric.Testing.Tests.Ledger;

public sealed class ConformanceLedgerTests
{
    [Fact]
    public void Cells_are_read_by_adapter_and_case()
    {
        var ledger = ConformanceLedger.Parse(
            """
            { "kafka": { "A01": "pass", "A03": "refused",
                         "J07": { "result": "waived", "reason": "the emulator forgets", "kind": "emulator cannot", "expires": "2027-01-31" } } }
            """,
            "ledger");
        Assert.Equal(LedgerResult.Pass, ledger.Find("kafka", "A01")!.Result);
        Assert.Equal(LedgerResult.Refused, ledger.Find("kafka", "A03")!.Result);
        Assert.Equal(new LedgerCell(LedgerResult.Waived, "the emulator forgets", "emulator cannot", new DateOnly(2027, 1, 31)), ledger.Find("kafka", "J07"));
        Assert.Null(ledger.Find("kafka", "A02"));
        Assert.Null(ledger.Find("nats", "A01"));
    }

    [Theory]
    [InlineData("""{ "kafka": { "A01": "passed" } }""", "neither \"pass\" nor \"refused\"")]
    [InlineData("""{ "kafka": { "A01": "pass", "A01": "refused" } }""", "A01")]
    [InlineData("""{ "kafka": { "A01": true } }""", "an object is expected")]
    [InlineData("""{ "kafka": "pass" }""", "an object is expected")]
    [InlineData("""[]""", "an object is expected")]
    [InlineData("""{ "kafka": { "A01": "pass" }""", "")]
    [InlineData("""{ "kafka": { "A01": { "result": "waived", "kind": "not yet", "expires": "2027-01-31" } } }""", "needs \"reason\"")]
    [InlineData("""{ "kafka": { "A01": { "result": "waived", "reason": " ", "kind": "not yet", "expires": "2027-01-31" } } }""", "needs \"reason\"")]
    [InlineData("""{ "kafka": { "A01": { "result": "waived", "reason": "r", "kind": "later", "expires": "2027-01-31" } } }""", "the kind \"later\" is unknown")]
    [InlineData("""{ "kafka": { "A01": { "result": "waived", "reason": "r", "kind": "not yet", "expires": "soon" } } }""", "expires is a day")]
    [InlineData("""{ "kafka": { "A01": { "result": "waived", "reason": "r", "kind": "not yet" } } }""", "needs \"expires\"")]
    [InlineData("""{ "kafka": { "A01": { "result": "pass", "reason": "r" } } }""", "the result of an object is \"waived\"")]
    [InlineData("""{ "kafka": { "A01": { "result": "waived", "reason": "r", "kind": "not yet", "expires": "2027-01-31", "by": "me" } } }""", "\"by\" is unknown")]
    public void What_is_not_understood_is_refused(string json, string problem)
    {
        var refused = Assert.Throws<ConformanceException>(() => ConformanceLedger.Parse(json, "the-file"));
        Assert.Contains("the-file", refused.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_nearest_file_at_or_above_a_folder_is_taken()
    {
        var root = Directory.CreateTempSubdirectory("ledger");
        try
        {
            var below = root.CreateSubdirectory("a/b");
            File.WriteAllText(Path.Combine(root.FullName, ConformanceLedger.FileName), """{ "far": {} }""");
            Assert.Contains("far", ConformanceLedger.FindNearest(below.FullName)!.Adapters);
            File.WriteAllText(Path.Combine(root.FullName, "a", ConformanceLedger.FileName), """{ "near": {} }""");
            Assert.Contains("near", ConformanceLedger.FindNearest(below.FullName)!.Adapters);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
