using System.Text;
using EventFabric.Drivers;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Tests.InMemory;

public sealed class LimitsTests
{
    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public async Task User_headers_are_counted_and_own_ones_are_not(int users, bool accepted)
    {
        var own = new[] { "ce_id", "ce_type", "ce_source", "ce_time", "ce_specversion", "ce_subject", "content-type", "ef-reason", "ef-attempts" };
        var headers = own.Select(static name => (name, "x")).Concat(Enumerable.Range(0, users).Select(static i => ($"ce_h{i}", "x")));
        await Expect(Record(null, "b", [.. headers]), accepted ? null : (ErrorKind.Invalid, "too-many-headers"));
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public async Task A_name_has_at_most_128_bytes(int length, bool accepted) =>
        await Expect(Record(null, "b", (new string('n', length), "v")), accepted ? null : (ErrorKind.Invalid, "header-name-too-long"));

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public async Task A_value_has_at_most_1024_bytes(int length, bool accepted) =>
        await Expect(Record(null, "b", ("n", new string('v', length))), accepted ? null : (ErrorKind.Invalid, "header-too-long"));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public async Task A_key_has_at_most_128_bytes(int length, bool accepted) =>
        await Expect(Record(new string('k', length), "b"), accepted ? null : (ErrorKind.Invalid, "key-too-long"));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_record_has_at_most_the_events_limit_and_8192_bytes(int over, bool accepted)
    {
        var empty = Record("k", string.Empty, ("ce_id", "1"));
        var room = 1000 + 8192 - empty.KeyBytes.Length - empty.Headers.Bytes.Length;
        await Expect(Record("k", new string('b', room + over), ("ce_id", "1")), accepted ? null : (ErrorKind.TooLarge, "record-too-large"));
        await Expect(
            Record("k", new string('b', room + over), ("ce_id", "1")),
            accepted ? null : (ErrorKind.TooLarge, "record-too-large"),
            new InMemoryOptions { Portable = false });
    }

    [Fact]
    public async Task Without_Portable_only_the_size_is_limited()
    {
        var headers = Enumerable.Range(0, 70).Select(static i => ($"{new string('h', 130)}{i}", "v")).Append(("long", new string('v', 1100)));
        var options = new InMemoryOptions { Portable = false };
        await Expect(Record(new string('k', 200), "b", [.. headers]), null, options, maxEventBytes: 100_000);
    }

    [Fact]
    public async Task A_refused_record_holds_back_only_what_follows_of_its_key()
    {
        var harness = new InMemoryHarness();
        var long1 = new string('v', 2000);
        var outcomes = await harness.SendAsync(
            Record("a", "a1"), Record("a", "a2", ("h", long1)), Record("b", "b1"), Record("a", "a3"), Record(null, "n1", ("h", long1)), Record(null, "n2"));
        Assert.Equal(
            [SendStatus.Accepted, SendStatus.Rejected, SendStatus.Accepted, SendStatus.NotSent, SendStatus.Rejected, SendStatus.Accepted],
            outcomes.Select(static outcome => outcome.Status));
        Assert.Equal(["a1", "b1", "n2"], (await harness.OpenAsync()).DrainBodies().Order());
    }

    [Fact]
    public async Task A_refusal_says_what_to_do()
    {
        var outcome = (await new InMemoryHarness().SendAsync(Record(null, "b", ("n", new string('v', 1025)))))[0];
        Assert.Equal("The header 'n' has 1,025 bytes; 1,024 is what every broker takes. InMemory:Portable false lifts this limit.", outcome.Error!.Message);
    }

    [Fact]
    public async Task An_address_that_is_not_there_is_not_found()
    {
        var harness = new InMemoryHarness();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => harness.OpenSenderAsync(Plan("nowhere")));
        Assert.Equal(new ErrorInfo(ErrorKind.NotFound, "unknown-address"), harness.Connection.Classify(error));
        error = await Assert.ThrowsAnyAsync<Exception>(() => harness.OpenAsync(Plan("nowhere")));
        Assert.Equal(new ErrorInfo(ErrorKind.NotFound, "unknown-address"), harness.Connection.Classify(error));
    }

    [Fact]
    public async Task Inspect_finds_what_is_missing_and_Apply_makes_it()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 3 });
        var items = await harness.Store.InspectAsync([Plan("new"), Plan("a"), Plan("new")], CancellationToken.None);
        Assert.Equal([("new", TopologyState.Missing), ("a", TopologyState.Ok)], items.Select(static item => (item.Resource, item.State)));
        await harness.Store.ApplyAsync(items, CancellationToken.None);
        await harness.Store.ApplyAsync(items, CancellationToken.None);
        Assert.Equal(3, harness.Broker.Find("new")!.Partitions.Length);
    }

    [Fact]
    public void Raw_records_keep_nulls_duplicates_and_order()
    {
        var broker = new InMemoryBroker();
        var record = new InMemoryRecord(null, null, [new("x", [1]), new("X", []), new("x", null!)]);
        broker.Append("raw", record);
        broker.Append("raw", new InMemoryRecord([], [], []));
        var read = broker.Read("raw");
        Assert.Equal(2, read.Count);
        Assert.Null(read[0].Key);
        Assert.Null(read[0].Body);
        Assert.Equal(["x", "X", "x"], read[0].Headers.Select(static header => header.Key));
        Assert.Equal([[1], [], null], read[0].Headers.Select(static header => header.Value));
        Assert.Equal(Encoding.UTF8.GetBytes(string.Empty), read[1].Key);
        Assert.Empty(read[1].Body!);
        Assert.Equal([(0, 0L), (0, 1L)], read.Select(static one => (one.Partition, one.Offset)));
        Assert.Empty(broker.Read("other"));
        Assert.Throws<ArgumentOutOfRangeException>(() => broker.Append("raw", record with { Partition = 1 }));
    }

    private static async Task Expect(
        OutboundRecord record,
        (ErrorKind Kind, string Code)? refusal,
        InMemoryOptions? options = null,
        int maxEventBytes = 1000)
    {
        var harness = new InMemoryHarness(options, maxEventBytes);
        var outcome = (await harness.SendAsync(record))[0];
        if (refusal is not { } expected)
        {
            Assert.Equal(SendStatus.Accepted, outcome.Status);
            return;
        }

        Assert.Equal(SendStatus.Rejected, outcome.Status);
        Assert.Equal(new ErrorInfo(expected.Kind, expected.Code), harness.Connection.Classify(outcome.Error!));
        Assert.Empty(harness.Broker.Read("a"));
    }
}
