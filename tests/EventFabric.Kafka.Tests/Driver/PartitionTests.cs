using System.Text;
using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Driver;

public sealed class PartitionTests
{
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void The_hash_of_these_tests_is_that_of_the_Java_client(string key, int hash) => Assert.Equal(hash, Murmur2.Hash(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public async Task A_key_lands_where_the_Java_client_puts_it()
    {
        const int Partitions = 7;
        using var admin = new RawAdmin();
        var topic = await admin.TopicAsync(Partitions);
        await using var kafka = new KafkaHarness();
        string[] keys = ["", "21", "foobar", "abc", "é", "キー", new('x', 300), .. Enumerable.Range(0, 100).Select(static i => $"order-{i}")];
        var sent = await kafka.SendAsync(topic, [.. keys.Select(static key => KafkaHarness.Record(key, key))]);
        Assert.Equal(
            keys.Select(static key => (key, SendStatus.Accepted, Murmur2.Partition(Encoding.UTF8.GetBytes(key), Partitions))),
            keys.Zip(sent, static (key, outcome) => (key, outcome.Status, outcome.Position.Partition)));
    }

    [Fact]
    public async Task Records_without_a_key_come_to_every_partition()
    {
        using var admin = new RawAdmin();
        var topic = await admin.TopicAsync(4);
        await using var kafka = new KafkaHarness();
        await using var sender = await kafka.Connection.OpenSenderAsync(KafkaHarness.Plan(topic, group: null), TestContext.Current.CancellationToken);
        var seen = new HashSet<int>();
        for (var i = 0; i < 1000 && seen.Count < 4; i++)
            seen.Add((await KafkaHarness.SendAsync(sender, KafkaHarness.Record(null, "x")))[0].Position.Partition);
        Assert.Equal([0, 1, 2, 3], seen.Order());
    }
}
