using System.Text.Json;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Interop;

/// <summary>Clients that others wrote (C, Python, Java) read what we write, and write what we read; all agree where a key belongs.</summary>
public sealed class ForeignClientTests
{
    private const int Keys = 24;

    private readonly string _topic = $"t-{Guid.NewGuid():N}";

    private static string Broker => KafkaRun.Current.Server.BootstrapServers;

    public static TheoryData<string> Clients => ["c", "python", "java"];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task What_we_write_is_read(string client)
    {
        await using var app = await ForeignApp.StartAsync(_topic);
        var options = new PublishOptions { Id = "id-1", Key = "schlüssel", Headers = new Dictionary<string, string> { ["x-mine"] = "grüße" } };
        await app.Publisher.PublishAsync(new ForeignNote("äöü €"), options, TestContext.Current.CancellationToken);
        await app.Publisher.PublishAsync(new Tombstone("schlüssel"), new PublishOptions { Id = "id-2", Channel = "notes" }, TestContext.Current.CancellationToken);
        var partition = (await app.UntilAsync(2))[0].Partition;

        var records = (await ReadAsync(client)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, records.Length);
        var (note, tombstone) = (JsonElement.Parse(records[0]), JsonElement.Parse(records[1]));
        Assert.All((JsonElement[])[note, tombstone], record => Assert.Equal(("schlüssel", partition), (record.GetProperty("key").GetString(), $"{record.GetProperty("partition")}")));
        Assert.Equal("äöü €", JsonElement.Parse(note.GetProperty("payload").GetString()!).GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, tombstone.GetProperty("payload").ValueKind);
        AssertHeaders(note, ("ce_id", "id-1"), ("ce_type", "tests.note.v1"), ("ce_source", "/ours"), ("ce_specversion", "1.0"), ("content-type", "application/json"), ("x-mine", "grüße"));
        AssertHeaders(tombstone, ("ce_id", "id-2"), ("ce_type", "eventfabric.tombstone"), ("ce_source", "/ours"), ("ce_specversion", "1.0"));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Structured_events_and_plain_messages_of_theirs_are_read(string client)
    {
        await using var app = await ForeignApp.StartAsync(_topic);
        await WriteAsync(client, ["structured", "plain"]);
        var seen = (await app.UntilAsync(2)).ToDictionary(static seen => seen.Key!);
        Assert.Equal(["plain", "structured"], seen.Keys.Order());
        Assert.All(seen.Values, static seen => Assert.Equal(("tests.note.v1", "their text"), (seen.Type, seen.Text)));
        Assert.Equal(("id-structured", "theirs"), (seen["structured"].Id, seen["structured"].Mine));
        Assert.NotEqual("", seen["plain"].Id);
        Assert.Null(seen["plain"].Mine);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task What_they_write_is_read_and_their_keys_are_where_ours_would_be(string client)
    {
        await using var app = await ForeignApp.StartAsync(_topic);
        await WriteAsync(client, Enumerable.Range(0, Keys).Select(static number => $"key-{number}"));
        var theirs = (await app.UntilAsync(Keys)).ToList();
        Assert.Equal(Keys, theirs.Count);
        Assert.All(theirs, static seen => Assert.Equal(("tests.note.v1", "their text", "theirs"), (seen.Type, seen.Text, seen.Mine)));
        Assert.Equal(Enumerable.Range(0, Keys).Select(static number => $"key-{number}, id-key-{number}").Order(), theirs.Select(static seen => $"{seen.Key}, {seen.Id}").Order());

        for (var number = 0; number < Keys; number++)
            await app.Publisher.PublishAsync(new ForeignNote("our text"), new PublishOptions { Key = $"key-{number}" }, TestContext.Current.CancellationToken);
        var all = await app.UntilAsync(Keys * 2);
        foreach (var key in all.GroupBy(static seen => seen.Key))
            Assert.True(key.Select(static seen => seen.Partition).Distinct().Count() == 1, $"{key.Key} is in the partitions {string.Join(", ", key.Select(static seen => $"{seen.Partition} ({seen.Text})"))}");
    }

    private static void AssertHeaders(JsonElement record, params (string Name, string Value)[] wanted)
    {
        var headers = record.GetProperty("headers").EnumerateArray().Select(static item => item.GetString()).Chunk(2).ToDictionary(static pair => pair[0]!, static pair => pair[1]);
        Assert.All(wanted, header => Assert.Equal(header.Value, headers.GetValueOrDefault(header.Name)));
    }

    /// <summary>The kind of message that the key names, as the other programs have it too.</summary>
    private static (string[] Headers, string Body) Message(string key)
    {
        const string Note = """{"Text":"their text"}""";
        return key switch
        {
            "plain" => ([], Note),
            "structured" => (["content-type=application/cloudevents+json", "x-mine=theirs"], $$"""{"specversion":"1.0","id":"id-{{key}}","source":"/theirs","type":"tests.note.v1","data":{{Note}}}"""),
            _ => (["ce_specversion=1.0", $"ce_id=id-{key}", "ce_source=/theirs", "ce_type=tests.note.v1", "content-type=application/json", "x-mine=theirs"], Note),
        };
    }

    private static Task<string> JavaAsync(params string[] arguments)
    {
        var (java, classPath) = ForeignProgram.Java();
        return ForeignProgram.RunAsync(java, ["-cp", classPath, Path.Combine(AppContext.BaseDirectory, "Interop", "Foreign.java"), .. arguments]);
    }

    private async Task<string> ReadAsync(string client) => client switch
    {
        "c" => await ForeignProgram.RunAsync(ForeignProgram.Kcat(), ["-C", "-J", "-e", "-q", "-b", Broker, "-t", _topic]),
        "python" => await ForeignProgram.RunAsync(ForeignProgram.Python(), [Path.Combine(AppContext.BaseDirectory, "Interop", "foreign.py"), "read", Broker, _topic]),
        _ => await JavaAsync("read", Broker, _topic),
    };

    private async Task WriteAsync(string client, IEnumerable<string> keys)
    {
        switch (client)
        {
            case "c":
                foreach (var key in keys)
                {
                    var (headers, body) = Message(key);
                    await ForeignProgram.RunAsync(
                        ForeignProgram.Kcat(),
                        ["-P", "-b", Broker, "-t", _topic, "-k", key, "-X", "topic.partitioner=murmur2_random", .. headers.SelectMany(static header => (string[])["-H", header])],
                        body);
                }

                break;
            case "python":
                await ForeignProgram.RunAsync(ForeignProgram.Python(), [Path.Combine(AppContext.BaseDirectory, "Interop", "foreign.py"), "write", Broker, _topic, .. keys]);
                break;
            default:
                await JavaAsync(["write", Broker, _topic, .. keys]);
                break;
        }
    }
}
