using System.Collections.Frozen;

namespace EventFabric.Kafka.Configuration;

/// <summary>Settings of librdkafka that the library sets itself, and which setting of ours to write instead.</summary>
internal static class OwnedProperties
{
    private const string Engine = "is the library's own: no event could be promised otherwise";

    private static readonly FrozenDictionary<string, string> Known = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["bootstrap.servers"] = Ours("BootstrapServers"),
        ["metadata.broker.list"] = Ours("BootstrapServers"),
        ["security.protocol"] = Ours("SecurityProtocol"),
        ["sasl.mechanism"] = Ours("SaslMechanism"),
        ["sasl.mechanisms"] = Ours("SaslMechanism"),
        ["sasl.username"] = Ours("Username"),
        ["sasl.password"] = Ours("Password"),
        ["ssl.ca.location"] = Ours("CaFile"),
        ["ssl.certificate.location"] = Ours("CertificateFile"),
        ["ssl.key.location"] = Ours("KeyFile"),
        ["ssl.key.password"] = Ours("KeyPassword"),
        ["group.protocol"] = Ours("GroupProtocol"),
        ["group.instance.id"] = Ours("InstanceId"),
        ["client.id"] = Ours("ClientId"),
        ["acks"] = Ours("Acks"),
        ["request.required.acks"] = Ours("Acks"),
        ["enable.idempotence"] = Ours("Idempotence"),
        ["linger.ms"] = Ours("Linger"),
        ["queue.buffering.max.ms"] = Ours("Linger"),
        ["compression.type"] = Ours("Compression"),
        ["compression.codec"] = Ours("Compression"),
        ["session.timeout.ms"] = Ours("SessionTimeout"),
        ["message.timeout.ms"] = "is the root setting PublishTimeout; write that instead",
        ["delivery.timeout.ms"] = "is the root setting PublishTimeout; write that instead",
        ["message.max.bytes"] = "is the root setting MaxEventBytes; write that instead",
        ["group.id"] = "is the Group of a subscription; write that instead",
        ["auto.offset.reset"] = "is the Start of a subscription; write that instead",
        ["enable.auto.commit"] = Engine,
        ["auto.commit.enable"] = Engine,
        ["auto.commit.interval.ms"] = Engine,
        ["enable.auto.offset.store"] = Engine,
        ["offset.store.method"] = Engine,
        ["enable.partition.eof"] = Engine,
        ["partition.assignment.strategy"] = Engine,
        ["partitioner"] = Engine,
        ["msg_order_cmp"] = Engine,
        ["delivery.report.only.error"] = Engine,
        ["transactional.id"] = Engine,
        ["oauthbearer.token.refresh.cb"] = Engine,
        ["enable.sasl.oauthbearer.unsecure.jwt"] = Engine,
        ["allow.auto.create.topics"] = "is the setting Provisioning; write Create there instead",
        ["max.poll.interval.ms"] = Engine,
        ["queue.buffering.max.messages"] = "is the root setting MaxPendingPublishes; write that instead",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What to do about a property that cannot be set; null: it can be.</summary>
    internal static string? Remedy(string name) =>
        name.StartsWith("dotnet.", StringComparison.OrdinalIgnoreCase) ? Engine : Known.GetValueOrDefault(name);

    private static string Ours(string setting) => $"is the adapter's setting {setting}; write that instead";
}
