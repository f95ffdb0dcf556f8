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
        await app.UntilAsync(1);

        var lines = await ReadAsync(client);
        var record = Assert.Single(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var read = JsonDocument.Parse(record);
        Assert.Equal("schlüssel", read.RootElement.GetProperty("key").GetString());
        Assert.Contains("äöü €", JsonDocument.Parse(read.RootElement.GetProperty("payload").GetString()!).RootElement.GetProperty("text").GetString(), StringComparison.Ordinal);
        var headers = read.RootElement.GetProperty("headers").EnumerateArray().Select(static item => item.GetString()).Chunk(2).ToDictionary(static pair => pair[0]!, static pair => pair[1]);
        Assert.Equal("id-1", headers["ce_id"]);
        Assert.Equal("tests.note.v1", headers["ce_type"]);
        Assert.Equal("/ours", headers["ce_source"]);
        Assert.Equal("1.0", headers["ce_specversion"]);
        Assert.Equal("grüße", headers["x-mine"]);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task What_they_write_is_read_and_their_keys_are_where_ours_would_be(string client)
    {
        await using var app = await ForeignApp.StartAsync(_topic);
        await WriteAsync(client, Enumerable.Range(0, Keys).Select(static number => $"key-{number}"));
        var theirs = (await app.UntilAsync(Keys)).ToList();
        Assert.Equal(Keys, theirs.Count);
        Assert.All(theirs, static seen => Assert.Equal(("their text", "theirs"), (seen.Text, seen.Mine)));
        Assert.Equal(Enumerable.Range(0, Keys).Select(static number => $"id-key-{number}").Order(), theirs.Select(static seen => seen.Id).Order());

        for (var number = 0; number < Keys; number++)
            await app.Publisher.PublishAsync(new ForeignNote("our text"), new PublishOptions { Key = $"key-{number}" }, TestContext.Current.CancellationToken);
        var all = await app.UntilAsync(Keys * 2);
        foreach (var key in all.GroupBy(static seen => seen.Key))
            Assert.True(key.Select(static seen => seen.Partition).Distinct().Count() == 1, $"{key.Key} is in the partitions {string.Join(", ", key.Select(static seen => $"{seen.Partition} ({seen.Text})"))}");
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
                    string[] headers = ["ce_specversion=1.0", $"ce_id=id-{key}", "ce_source=/theirs", "ce_type=tests.note.v1", "content-type=application/json", "x-mine=theirs"];
                    await ForeignProgram.RunAsync(
                        ForeignProgram.Kcat(),
                        ["-P", "-b", Broker, "-t", _topic, "-k", key, "-X", "topic.partitioner=murmur2_random", .. headers.SelectMany(static header => (string[])["-H", header])],
                        """{"Text":"their text"}""");
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
