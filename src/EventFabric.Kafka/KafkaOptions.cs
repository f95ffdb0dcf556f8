using Confluent.Kafka;

namespace EventFabric;

/// <summary>The settings of one Kafka broker, <c>Brokers:{name}:Kafka</c>. Named options: the name is the broker's.</summary>
public sealed class KafkaOptions
{
    /// <summary>Where to connect first: <c>host:port</c>, more than one separated by commas. Required.</summary>
    /// <value>Default: none.</value>
    public string? BootstrapServers { get; set; }

    /// <summary>How the connection is protected. <see cref="SecurityProtocol.SaslPlaintext"/> sends credentials in the clear and must be written out.</summary>
    /// <value>Default: null, which is <c>SaslSsl</c> where <see cref="Username"/> or <see cref="TokenProvider"/> is set, and <c>Plaintext</c> elsewhere.</value>
    public SecurityProtocol? SecurityProtocol { get; set; }

    /// <summary>How the client proves who it is, with a protocol of the SASL kind.</summary>
    /// <value>Default: null, which is <c>OAuthBearer</c> where <see cref="TokenProvider"/> is set, and <c>Plain</c> elsewhere.</value>
    public SaslMechanism? SaslMechanism { get; set; }

    /// <summary>The user, for <c>Plain</c> and <c>Scram</c>.</summary>
    /// <value>Default: none.</value>
    public string? Username { get; set; }

    /// <summary>The user's password. Printed nowhere.</summary>
    /// <value>Default: none.</value>
    public string? Password { get; set; }

    /// <summary>A file of certificates (PEM) of the authorities that are trusted.</summary>
    /// <value>Default: the system's store.</value>
    public string? CaFile { get; set; }

    /// <summary>A file with the client's certificate (PEM), for mutual TLS.</summary>
    /// <value>Default: none.</value>
    public string? CertificateFile { get; set; }

    /// <summary>A file with the key of the client's certificate (PEM).</summary>
    /// <value>Default: none.</value>
    public string? KeyFile { get; set; }

    /// <summary>The password of <see cref="KeyFile"/>. Printed nowhere.</summary>
    /// <value>Default: none.</value>
    public string? KeyPassword { get; set; }

    /// <summary>
    /// Gives tokens for <c>SaslMechanism: OAuthBearer</c>: asked before the first connection and again before <see cref="Credential.ExpiresAt"/>. Set in code.
    /// Called from any thread, never twice at once for one client.
    /// </summary>
    /// <value>Default: none.</value>
    public CredentialSource? TokenProvider { get; set; }

    /// <summary>How members of a group agree on partitions: by the members themselves, or by the broker (Kafka 4).</summary>
    /// <value>Default: <see cref="GroupProtocol.Classic"/>.</value>
    public GroupProtocol GroupProtocol { get; set; }

    /// <summary>A name of this process that outlives a restart (static membership): its partitions wait for it as long as the session does.</summary>
    /// <value>Default: none.</value>
    public string? InstanceId { get; set; }

    /// <summary>What the broker's logs and quotas call this client.</summary>
    /// <value>Default: null, which is <c>eventfabric</c>.</value>
    public string? ClientId { get; set; }

    /// <summary>How many replicas must have a record before it counts as published. Less than <see cref="Acks.All"/> loses records when a broker fails.</summary>
    /// <value>Default: <see cref="Acks.All"/>.</value>
    public Acks Acks { get; set; } = Acks.All;

    /// <summary>Whether the broker discards what the client sends twice after a lost answer. Without it a retry inside the client may also change the order.</summary>
    /// <value>Default: true.</value>
    public bool Idempotence { get; set; } = true;

    /// <summary>How long the client waits for more records before it sends a request: 0 to 1 second. What is under way gathers the next request by itself.</summary>
    /// <value>Default: 0.</value>
    public TimeSpan Linger { get; set; }

    /// <summary>How batches are compressed.</summary>
    /// <value>Default: <see cref="CompressionType.None"/>.</value>
    public CompressionType Compression { get; set; }

    /// <summary>How long a member may be silent before its partitions go to others: 1 second to 30 minutes. Only with <see cref="GroupProtocol.Classic"/>: elsewhere the broker says it.</summary>
    /// <value>Default: null, which is 45 seconds.</value>
    public TimeSpan? SessionTimeout { get; set; }

    /// <summary>Any other setting of librdkafka, by its own name. Those that the library owns are refused.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyDictionary<string, string> Properties { get; set; } = new Dictionary<string, string>();
}
