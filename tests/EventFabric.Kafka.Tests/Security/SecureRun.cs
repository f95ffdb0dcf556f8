using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Kafka.Tests.Security;

/// <summary>A broker that asks for proof: a listener each for SASL over TLS, mutual TLS, and tokens.</summary>
public sealed class SecureRun : IAsyncLifetime
{
    internal const string Password = "correct-horse-battery";

    private readonly Certificates _certificates = new();
    private KafkaServer? _server;

    internal Certificates Certificates => _certificates;

    /// <summary>Where anybody may do anything.</summary>
    internal string Open
    {
        get
        {
            Assert.SkipWhen(_server is null, KafkaServer.Remedy);
            return _server.BootstrapServers;
        }
    }

    internal string SaslSsl { get; private set; } = "";

    internal string MutualTls { get; private set; } = "";

    internal string Tokens { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var (sasl, tls, tokens) = (ServerProcess.FreePort(), ServerProcess.FreePort(), ServerProcess.FreePort());
        (SaslSsl, MutualTls, Tokens) = ($"localhost:{sasl}", $"localhost:{tls}", $"127.0.0.1:{tokens}");
        const string Plain = "org.apache.kafka.common.security.plain.PlainLoginModule required";
        _server = await KafkaServer.FindAsync(
            advertised: null,
            [
                $"listeners=PLAINTEXT://127.0.0.1:{{port}},CONTROLLER://127.0.0.1:{{controller}},SASL_SSL://127.0.0.1:{sasl},SSL://127.0.0.1:{tls},SASL_PLAINTEXT://127.0.0.1:{tokens}",
                $"advertised.listeners=PLAINTEXT://127.0.0.1:{{port}},SASL_SSL://localhost:{sasl},SSL://localhost:{tls},SASL_PLAINTEXT://127.0.0.1:{tokens}",
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
                "ssl.keystore.type=PEM",
                $"ssl.keystore.location={_certificates.ServerFile}",
                "ssl.truststore.type=PEM",
                $"ssl.truststore.location={_certificates.CaFile}",
                "listener.name.ssl.ssl.client.auth=required",
                "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
                "listener.name.sasl_ssl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
                $"listener.name.sasl_ssl.plain.sasl.jaas.config={Plain} user_app=\"{Password}\" user_guest=\"{Password}\";",
                "listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;",
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;",
                "listener.name.sasl_plaintext.sasl.enabled.mechanisms=OAUTHBEARER",
                "listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";",
                "listener.name.sasl_plaintext.oauthbearer.connections.max.reauth.ms=3600000",
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users=User:ANONYMOUS;User:app;User:service;User:CN=client",
            ],
            CancellationToken.None);
        if (_server is not null)
            await AddUsersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _certificates.Dispose();
    }

    private async Task AddUsersAsync()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Open }).Build();
        foreach (var mechanism in new[] { ScramMechanism.ScramSha256, ScramMechanism.ScramSha512 })
        {
            var user = new UserScramCredentialUpsertion
            {
                User = "app",
                ScramCredentialInfo = new ScramCredentialInfo { Mechanism = mechanism, Iterations = 4096 },
                Password = Encoding.UTF8.GetBytes(Password),
            };
            await admin.AlterUserScramCredentialsAsync([user]);
        }

        await admin.CreateTopicsAsync([new TopicSpecification { Name = "secured", NumPartitions = 1, ReplicationFactor = 1 }]);
    }
}
