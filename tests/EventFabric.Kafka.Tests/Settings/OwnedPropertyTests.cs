using EventFabric.Kafka.Configuration;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Settings;

/// <summary>Settings of the client library that are the library's own.</summary>
public sealed class OwnedPropertyTests
{
    private const string Engine = "is the library's own: no event could be promised otherwise";

    [Theory]
    [InlineData("bootstrap.servers", "is the adapter's setting BootstrapServers; write that instead")]
    [InlineData("metadata.broker.list", "is the adapter's setting BootstrapServers; write that instead")]
    [InlineData("security.protocol", "is the adapter's setting SecurityProtocol; write that instead")]
    [InlineData("sasl.mechanism", "is the adapter's setting SaslMechanism; write that instead")]
    [InlineData("sasl.mechanisms", "is the adapter's setting SaslMechanism; write that instead")]
    [InlineData("sasl.username", "is the adapter's setting Username; write that instead")]
    [InlineData("sasl.password", "is the adapter's setting Password; write that instead")]
    [InlineData("ssl.ca.location", "is the adapter's setting CaFile; write that instead")]
    [InlineData("ssl.certificate.location", "is the adapter's setting CertificateFile; write that instead")]
    [InlineData("ssl.key.location", "is the adapter's setting KeyFile; write that instead")]
    [InlineData("ssl.key.password", "is the adapter's setting KeyPassword; write that instead")]
    [InlineData("group.protocol", "is the adapter's setting GroupProtocol; write that instead")]
    [InlineData("group.instance.id", "is the adapter's setting InstanceId; write that instead")]
    [InlineData("client.id", "is the adapter's setting ClientId; write that instead")]
    [InlineData("acks", "is the adapter's setting Acks; write that instead")]
    [InlineData("request.required.acks", "is the adapter's setting Acks; write that instead")]
    [InlineData("enable.idempotence", "is the adapter's setting Idempotence; write that instead")]
    [InlineData("linger.ms", "is the adapter's setting Linger; write that instead")]
    [InlineData("queue.buffering.max.ms", "is the adapter's setting Linger; write that instead")]
    [InlineData("compression.type", "is the adapter's setting Compression; write that instead")]
    [InlineData("compression.codec", "is the adapter's setting Compression; write that instead")]
    [InlineData("session.timeout.ms", "is the adapter's setting SessionTimeout; write that instead")]
    [InlineData("message.timeout.ms", "is the root setting PublishTimeout; write that instead")]
    [InlineData("delivery.timeout.ms", "is the root setting PublishTimeout; write that instead")]
    [InlineData("message.max.bytes", "is the root setting MaxEventBytes; write that instead")]
    [InlineData("queue.buffering.max.messages", "is the root setting MaxPendingPublishes; write that instead")]
    [InlineData("group.id", "is the Group of a subscription; write that instead")]
    [InlineData("auto.offset.reset", "is the Start of a subscription; write that instead")]
    [InlineData("allow.auto.create.topics", "is the setting Provisioning; write Create there instead")]
    [InlineData("enable.auto.commit", Engine)]
    [InlineData("auto.commit.enable", Engine)]
    [InlineData("auto.commit.interval.ms", Engine)]
    [InlineData("enable.auto.offset.store", Engine)]
    [InlineData("offset.store.method", Engine)]
    [InlineData("enable.partition.eof", Engine)]
    [InlineData("partition.assignment.strategy", Engine)]
    [InlineData("partitioner", Engine)]
    [InlineData("msg_order_cmp", Engine)]
    [InlineData("transactional.id", Engine)]
    [InlineData("max.poll.interval.ms", Engine)]
    [InlineData("oauthbearer.token.refresh.cb", Engine)]
    [InlineData("enable.sasl.oauthbearer.unsecure.jwt", Engine)]
    [InlineData("dotnet.producer.enable.delivery.reports", Engine)]
    [InlineData("delivery.report.only.error", Engine)]
    [InlineData("Enable.Auto.Commit", Engine)]
    public void A_property_that_is_owned_is_refused_with_what_to_write_instead(string name, string remedy) =>
        Assert.Equal([$"{KafkaHarness.Path}:Properties:{name}: {remedy}"], SettingsTests.Read($"BootstrapServers=a:1;Properties:{name}=x").Problems);

    [Fact]
    public void A_property_that_is_nobodys_wins_over_the_adapters_default_in_both_clients()
    {
        var properties = new Dictionary<string, string>
        {
            ["heartbeat.interval.ms"] = "123",
            ["fetch.wait.max.ms"] = "77",
            ["queued.max.messages.kbytes"] = "2048",
            ["reconnect.backoff.ms"] = "55",
            ["queue.buffering.max.kbytes"] = "4096",
        };
        var settings = new ClientSettings(new KafkaOptions { BootstrapServers = "a:1", Properties = properties }, 1000);
        var clients = settings.Consumer(KafkaHarness.Plan("t")).Concat(settings.Producer(TimeSpan.FromSeconds(1), 1_000_000)).ToLookup(static pair => pair.Key, static pair => pair.Value);
        Assert.All(properties, pair => Assert.All(clients[pair.Key], value => Assert.Equal(pair.Value, value)));
        Assert.All(properties, pair => Assert.Equal(2, clients[pair.Key].Count()));
    }

    [Fact]
    public void Under_the_brokers_own_group_protocol_nothing_is_passed_that_it_would_refuse()
    {
        var settings = new ClientSettings(new KafkaOptions { BootstrapServers = "a:1", GroupProtocol = Confluent.Kafka.GroupProtocol.Consumer }, 1000);
        var consumer = Lower(settings.Consumer(KafkaHarness.Plan("t")));
        var names = consumer.Keys;
        Assert.Equal("consumer", consumer["group.protocol"]);
        Assert.DoesNotContain("session.timeout.ms", names);
        Assert.DoesNotContain("heartbeat.interval.ms", names);
        Assert.DoesNotContain("partition.assignment.strategy", names);
    }

    [Fact]
    public void What_the_promises_rest_on_is_set()
    {
        var settings = new ClientSettings(new KafkaOptions { BootstrapServers = "a:1" }, 1000);
        var consumer = Lower(settings.Consumer(KafkaHarness.Plan("t")));
        var producer = Lower(settings.Producer(TimeSpan.FromSeconds(7), settings.MaxBatchBytes));
        Assert.Equal(("error", "false", "true"), (consumer["auto.offset.reset"], consumer["enable.auto.offset.store"], consumer["enable.auto.commit"]));
        Assert.Equal(("cooperative-sticky", "45000", "3000"), (consumer["partition.assignment.strategy"], consumer["session.timeout.ms"], consumer["heartbeat.interval.ms"]));
        Assert.Equal(("murmur2_random", "-1", "true"), (producer["partitioner"], producer["acks"], producer["enable.idempotence"]));
        Assert.Equal("7000", producer["message.timeout.ms"]);
    }

    private static Dictionary<string, string> Lower(IEnumerable<KeyValuePair<string, string>> settings) =>
        settings.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToLowerInvariant());
}
