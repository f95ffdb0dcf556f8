using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Configuration;

/// <summary>The table of the adapter's settings.</summary>
internal static class KafkaSettings
{
    internal static void Read(SettingsReader reader, KafkaOptions options)
    {
        options.BootstrapServers = reader.Text("BootstrapServers", "Where to connect first: host:port, more than one separated by commas.", options.BootstrapServers, required: true);
        ReadSecurity(reader, options);
        options.GroupProtocol = reader.Choice("GroupProtocol", "Who deals partitions out: the members (Classic) or the broker (Consumer, Kafka 4).", options.GroupProtocol);
        options.InstanceId = reader.Text("InstanceId", "A name of this process that outlives a restart: its partitions wait for it (static membership).", options.InstanceId);
        options.ClientId = reader.Text("ClientId", "What the broker's logs and quotas call this client. Default: eventfabric.", options.ClientId);
        options.Acks = reader.Choice("Acks", "How many replicas must have a record before it counts as published. Less than All loses records.", options.Acks);
        options.Idempotence = reader.Flag("Idempotence", "Whether the broker discards what the client sends twice. Without it a retry may change the order.", options.Idempotence);
        options.Linger = reader.Duration("Linger", "How long the client waits for more records before it sends a request.", options.Linger, TimeSpan.Zero, TimeSpan.FromSeconds(1))!.Value;
        options.Compression = reader.Choice("Compression", "How batches are compressed.", options.Compression);
        options.SessionTimeout = reader.Duration(
            "SessionTimeout",
            "How long a member may be silent before its partitions go to others. Default: 45 seconds. With GroupProtocol Consumer the broker says it.",
            options.SessionTimeout,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromMinutes(30));
        options.Properties = reader.Map("Properties", "Any other setting of librdkafka, by its own name.", options.Properties);
        if (reader.IsComplete)
            Check(reader, options);
    }

    private static void ReadSecurity(SettingsReader reader, KafkaOptions options)
    {
        options.SecurityProtocol = reader.Choice(
            "SecurityProtocol",
            "How the connection is protected. Default: SaslSsl where Username or a token provider is set, else Plaintext.",
            options.SecurityProtocol);
        options.SaslMechanism = reader.Choice("SaslMechanism", "How the client proves who it is. Default: OAuthBearer with a token provider, else Plain.", options.SaslMechanism);
        options.Username = reader.Text("Username", "The user, for Plain and Scram.", options.Username);
        options.Password = reader.Text("Password", "The user's password.", options.Password, secret: true);
        options.CaFile = reader.Text("CaFile", "A file of certificates (PEM) of the authorities that are trusted. Default: the system's store.", options.CaFile);
        options.CertificateFile = reader.Text("CertificateFile", "A file with the client's certificate (PEM), for mutual TLS.", options.CertificateFile);
        options.KeyFile = reader.Text("KeyFile", "A file with the key of the client's certificate (PEM).", options.KeyFile);
        options.KeyPassword = reader.Text("KeyPassword", "The password of KeyFile.", options.KeyPassword, secret: true);
    }

    private static void Check(SettingsReader reader, KafkaOptions options)
    {
        var mechanism = Mechanism(options);
        if (IsSasl(options))
        {
            if (mechanism == SaslMechanism.OAuthBearer && options.TokenProvider is null)
                reader.Problem("SaslMechanism", "OAuthBearer needs a TokenProvider, which is set in code: AddKafka(options => options.TokenProvider = ...)");
            if (mechanism is SaslMechanism.Plain or SaslMechanism.ScramSha256 or SaslMechanism.ScramSha512 && (options.Username is null || options.Password is null))
                reader.Problem(options.Username is null ? "Username" : "Password", $"is required with SaslMechanism {mechanism}");
        }
        else if (options.Username is not null || options.TokenProvider is not null)
        {
            reader.Problem("SecurityProtocol", $"\"{options.SecurityProtocol}\" sends no credentials, and some are set; write SaslSsl, or SaslPlaintext where the network is trusted");
        }

        if (options.CertificateFile is null != options.KeyFile is null)
            reader.Problem(options.KeyFile is null ? "KeyFile" : "CertificateFile", "is required: a client certificate is a CertificateFile and its KeyFile");
        if (options.GroupProtocol == GroupProtocol.Consumer && options.SessionTimeout is not null)
            reader.Problem("SessionTimeout", "cannot be set with GroupProtocol Consumer: the broker says it there (group.consumer.session.timeout.ms)");
        if (options.Idempotence && options.Acks != Acks.All)
            reader.Problem("Acks", $"\"{options.Acks}\" cannot be idempotent; write All, or Idempotence false");
        foreach (var name in options.Properties.Keys)
        {
            if (OwnedProperties.Remedy(name) is { } remedy)
                reader.Problem("Properties:" + name, remedy);
            else if (options.GroupProtocol == GroupProtocol.Consumer && name.Equals("heartbeat.interval.ms", StringComparison.OrdinalIgnoreCase))
                reader.Problem("Properties:" + name, "cannot be set with GroupProtocol Consumer: the broker says it there (group.consumer.heartbeat.interval.ms)");
        }
    }

    internal static bool IsSasl(KafkaOptions options) => Protocol(options) is SecurityProtocol.SaslSsl or SecurityProtocol.SaslPlaintext;

    internal static SecurityProtocol Protocol(KafkaOptions options) =>
        options.SecurityProtocol ?? (options.Username is not null || options.TokenProvider is not null ? SecurityProtocol.SaslSsl : SecurityProtocol.Plaintext);

    internal static SaslMechanism Mechanism(KafkaOptions options) =>
        options.SaslMechanism ?? (options.TokenProvider is not null ? SaslMechanism.OAuthBearer : SaslMechanism.Plain);
}
