using System.Text;
using Confluent.Kafka;
using EventFabric.Kafka.Tests.Fixtures;
using EventFabric.Testing;
using Xunit;

namespace EventFabric.Kafka.Tests.Driver;

/// <summary>The vendor's client on one side, the driver on the other.</summary>
public sealed class WireTests
{
    [Fact]
    public async Task What_the_driver_sends_the_vendors_client_reads()
    {
        using var admin = new RawAdmin();
        using var raw = new RawKafka(KafkaRun.Current.Server.BootstrapServers);
        var topic = await admin.TopicAsync();
        await using var kafka = new KafkaHarness();
        await kafka.SendAsync(
            topic,
            KafkaHarness.Record("k", "body", ("ce_id", "1"), ("note", "ü"), ("none", null), ("empty", "")),
            KafkaHarness.Record(null, "no key"),
            KafkaHarness.Record("k", null, ("ce_id", "2")),
            KafkaHarness.Record("k", "", ("ce_id", "333"), ("note", "shorter")),
            KafkaHarness.Record("k", "x", ("note", "444"), ("ce_id", null), ("also", "")),
            KafkaHarness.Record("k", "x", ("note", "555"), ("ce_id", "6")));
        Assert.Equal(
            ["k|body|ce_id=1,note=ü,none=<null>,empty=", "<null>|no key|", "k|<null>|ce_id=2", "k||ce_id=333,note=shorter", "k|x|note=444,ce_id=<null>,also=", "k|x|note=555,ce_id=6"],
            raw.Read(topic).Select(static read => Text(read.Message)));
    }

    [Fact]
    public async Task What_the_vendors_client_sends_the_driver_receives()
    {
        using var admin = new RawAdmin();
        using var raw = new RawKafka(KafkaRun.Current.Server.BootstrapServers);
        var topic = await admin.TopicAsync();
        KeyValuePair<string, byte[]>[] headers = [new("ce_id", "1"u8.ToArray()), new("note", "ü"u8.ToArray()), new("none", null!), new("twice", "a"u8.ToArray()), new("twice", "b"u8.ToArray())];
        await raw.WriteAsync(topic, new RawRecord("k"u8.ToArray(), "body"u8.ToArray(), headers), TestContext.Current.CancellationToken);
        await raw.WriteAsync(topic, new RawRecord(null, null, []), TestContext.Current.CancellationToken);
        await raw.WriteAsync(topic, new RawRecord([], [], []), TestContext.Current.CancellationToken);
        await using var kafka = new KafkaHarness();
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan(topic));
        var taken = await receiver.TakeAsync(3);
        Assert.Equal(
            ["k|body|ce_id=1,note=ü,none=<null>,twice=a,twice=b", "<null>|<null>|", "||"],
            taken.Select(static record => $"{record.Key ?? "<null>"}|{record.Body ?? "<null>"}|{string.Join(',', record.Headers.Select(static header => $"{header.Name}={header.Value ?? "<null>"}"))}"));
        Assert.Equal([0L, 1L, 2L], taken.Select(static record => record.Offset));
        Assert.All(taken, static record => Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - record.BrokerTimeMs, -60_000, 600_000));
    }

    [Fact]
    public async Task A_header_of_any_length_arrives_whole_and_the_next_ones_too()
    {
        using var admin = new RawAdmin();
        using var raw = new RawKafka(KafkaRun.Current.Server.BootstrapServers);
        var topic = await admin.TopicAsync();
        KeyValuePair<string, byte[]>[] headers = [new(new string('n', 70_000), "dropped"u8.ToArray()), new("big", new byte[200_000]), new("last", "here"u8.ToArray())];
        await raw.WriteAsync(topic, new RawRecord(null, "body"u8.ToArray(), headers), TestContext.Current.CancellationToken);
        await using var kafka = new KafkaHarness();
        var record = (await (await kafka.OpenAsync(KafkaHarness.Plan(topic))).TakeAsync(1))[0];
        Assert.Contains(("last", "here"), record.Headers);
        Assert.Equal(200_000, record.Headers.Single(static header => header.Name == "big").Value!.Length);
        Assert.Equal("body", record.Body);
    }

    private static string Text(Message<byte[]?, byte[]?> message) =>
        $"{Text(message.Key)}|{Text(message.Value)}|{string.Join(',', message.Headers.Select(static header => $"{header.Key}={Text(header.GetValueBytes())}"))}";

    private static string Text(byte[]? bytes) => bytes is null ? "<null>" : Encoding.UTF8.GetString(bytes);
}
