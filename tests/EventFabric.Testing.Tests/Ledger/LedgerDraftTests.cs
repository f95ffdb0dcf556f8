using EventFabric.Testing.Conformance;
using EventFabric.Testing.Ledger;
using Xunit;

namespace EventFabric.Testing.Tests.Ledger;

public sealed class LedgerDraftTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void A_column_begins_with_the_first_cell()
    {
        File.WriteAllText(_path, "{}");
        LedgerDraft.Add(_path, "mine", "A02", CaseOutcome.Refused);
        LedgerDraft.Add(_path, "mine", "A01", CaseOutcome.Passed);
        Assert.Equal("{\n  \"mine\": {\n    \"A01\": \"pass\",\n    \"A02\": \"refused\"\n  }\n}\n", File.ReadAllText(_path));
    }

    [Fact]
    public void What_is_written_stays()
    {
        const string waiver = """{ "result": "waived", "reason": "r", "kind": "not yet", "expires": "2027-01-31" }""";
        File.WriteAllText(_path, $$"""{ "other": { "A01": "refused" }, "mine": { "A01": {{waiver}} } }""");
        LedgerDraft.Add(_path, "mine", "A01", CaseOutcome.Passed);
        LedgerDraft.Add(_path, "mine", "A02", CaseOutcome.Passed);
        var ledger = ConformanceLedger.Parse(File.ReadAllText(_path), _path);
        Assert.Equal(LedgerResult.Waived, ledger.Find("mine", "A01")!.Result);
        Assert.Equal(LedgerResult.Pass, ledger.Find("mine", "A02")!.Result);
        Assert.Equal(LedgerResult.Refused, ledger.Find("other", "A01")!.Result);
    }

    public void Dispose() => File.Delete(_path);
}
