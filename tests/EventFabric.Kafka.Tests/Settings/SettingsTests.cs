using Confluent.Kafka;
using EventFabric.Configuration;
using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using EventFabric.Kafka.Configuration;
using EventFabric.Kafka.Tests.Fixtures;
using EventFabric.Scheduling;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Kafka.Tests.Settings;

/// <summary>Each refusal word for word: the setting with its full path, and what to write instead.</summary>
public sealed class SettingsTests
{
    private const string Path = KafkaHarness.Path;
    private const string Secret = "hunter2-top-secret";

    public static TheoryData<string, string[]> Refusals => new()
    {
        { "", [$"{Path}:BootstrapServers: is required and has no default"] },
        { "BootstrapServers=a:1;GroupProtocol=Consumer;SessionTimeout=10s", [$"{Path}:SessionTimeout: cannot be set with GroupProtocol Consumer: the broker says it there (group.consumer.session.timeout.ms)"] },
        {
            "BootstrapServers=a:1;GroupProtocol=Consumer;Properties:heartbeat.interval.ms=100",
            [$"{Path}:Properties:heartbeat.interval.ms: cannot be set with GroupProtocol Consumer: the broker says it there (group.consumer.heartbeat.interval.ms)"]
        },
        { "BootstrapServers=a:1;Acks=Leader", [$"{Path}:Acks: \"Leader\" cannot be idempotent; write All, or Idempotence false"] },
        { "BootstrapServers=a:1;Acks=None", [$"{Path}:Acks: \"None\" cannot be idempotent; write All, or Idempotence false"] },
        { "BootstrapServers=a:1;Acks=-1", [$"{Path}:Acks: \"-1\" is not one of None, Leader, All"] },
        { "BootstrapServers=a:1;Acks=Some", [$"{Path}:Acks: \"Some\" is not one of None, Leader, All"] },
        { "BootstrapServers=a:1;Username=u", [$"{Path}:Password: is required with SaslMechanism Plain"] },
        { $"BootstrapServers=a:1;SecurityProtocol=SaslSsl;Password={Secret}", [$"{Path}:Username: is required with SaslMechanism Plain"] },
        { $"BootstrapServers=a:1;SaslMechanism=ScramSha512;SecurityProtocol=SaslSsl;Password={Secret}", [$"{Path}:Username: is required with SaslMechanism ScramSha512"] },
        { "BootstrapServers=a:1;SaslMechanism=ScramSha256;Username=u", [$"{Path}:Password: is required with SaslMechanism ScramSha256"] },
        {
            $"BootstrapServers=a:1;SecurityProtocol=Ssl;Username=u;Password={Secret}",
            [$"{Path}:SecurityProtocol: \"Ssl\" sends no credentials, and some are set; write SaslSsl, or SaslPlaintext where the network is trusted"]
        },
        {
            $"BootstrapServers=a:1;SecurityProtocol=Plaintext;Username=u;Password={Secret}",
            [$"{Path}:SecurityProtocol: \"Plaintext\" sends no credentials, and some are set; write SaslSsl, or SaslPlaintext where the network is trusted"]
        },
        {
            "BootstrapServers=a:1;SecurityProtocol=SaslSsl;SaslMechanism=OAuthBearer",
            [$"{Path}:SaslMechanism: OAuthBearer needs a TokenProvider, which is set in code: AddKafka(options => options.TokenProvider = ...)"]
        },
        { "BootstrapServers=a:1;CertificateFile=c.pem", [$"{Path}:KeyFile: is required: a client certificate is a CertificateFile and its KeyFile"] },
        { "BootstrapServers=a:1;KeyFile=k.pem", [$"{Path}:CertificateFile: is required: a client certificate is a CertificateFile and its KeyFile"] },
        { "BootstrapServers=a:1;Linger=2s", [$"{Path}:Linger: \"2s\" is out of range; write 0s to 1s"] },
        { "BootstrapServers=a:1;SessionTimeout=500ms", [$"{Path}:SessionTimeout: \"500ms\" is out of range; write 1s to 30m"] },
        { "BootstrapServers=a:1;Compression=Best", [$"{Path}:Compression: \"Best\" is not one of None, Gzip, Snappy, Lz4, Zstd"] },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_setting_is_refused_with_its_path_and_the_remedy(string settings, string[] problems) => Assert.Equal(problems, Read(settings).Problems);

    [Theory]
    [InlineData("BootstrapServers=a:1,b:2")]
    [InlineData("BootstrapServers=a:1;Acks=Leader;Idempotence=false")]
    [InlineData("BootstrapServers=a:1;SecurityProtocol=SaslPlaintext;SaslMechanism=ScramSha512;Username=u;Password=p")]
    [InlineData("BootstrapServers=a:1;SecurityProtocol=Ssl;CertificateFile=c;KeyFile=k;KeyPassword=p;CaFile=ca")]
    [InlineData("BootstrapServers=a:1;GroupProtocol=Consumer;Linger=5ms;Compression=Zstd;ClientId=c;InstanceId=i")]
    [InlineData("BootstrapServers=a:1;Properties:fetch.wait.max.ms=50")]
    public void A_setting_is_taken(string settings) => Assert.Empty(Read(settings).Problems);

    [Theory]
    [InlineData("BootstrapServers=a:1;SaslMechanism=OAuthBearer")]
    [InlineData("BootstrapServers=a:1;SecurityProtocol=SaslPlaintext")]
    [InlineData("BootstrapServers=a:1")]
    public void What_code_adds_counts_before_a_combination_is_refused(string settings)
    {
        var (problems, options) = Read(settings, static options => options.TokenProvider = static _ => new ValueTask<Credential>(new Credential("token")));
        Assert.Empty(problems);
        Assert.Equal(SaslMechanism.OAuthBearer, KafkaSettings.Mechanism(options));
    }

    [Fact]
    public void Code_has_the_last_word_and_is_checked_like_a_file()
    {
        Assert.Equal("c:3", Read("BootstrapServers=a:1", static options => options.BootstrapServers = "c:3").Options.BootstrapServers);
        Assert.Equal(
            [$"{Path}:Linger: \"1m\", set by code, is out of range; write 0s to 1s", $"{Path}:Acks: \"None\" cannot be idempotent; write All, or Idempotence false"],
            Read("BootstrapServers=a:1", static options => (options.Linger, options.Acks) = (TimeSpan.FromMinutes(1), Acks.None)).Problems);
    }

    [Theory]
    [InlineData(null, SecurityProtocol.Plaintext)]
    [InlineData("u", SecurityProtocol.SaslSsl)]
    public void Credentials_are_never_sent_in_the_clear_unless_that_is_written_out(string? user, SecurityProtocol wanted) =>
        Assert.Equal(wanted, KafkaSettings.Protocol(new KafkaOptions { Username = user }));

    [Fact]
    public void No_secret_stands_in_a_problem()
    {
        string[] settings =
        [
            $"Password={Secret};KeyPassword={Secret};Username=u;SecurityProtocol=Ssl;KeyFile=k;Acks=None;Properties:sasl.password={Secret};Properties:ssl.key.password={Secret};Properties:dotnet.x={Secret}",
            $"BootstrapServers=a:1;Password:deeper={Secret}",
            $"BootstrapServers=a:1;Properties={Secret}",
        ];
        foreach (var text in settings)
        {
            var problems = Read(text).Problems;
            Assert.NotEmpty(problems);
            Assert.DoesNotContain(problems, static problem => problem.Contains(Secret, StringComparison.Ordinal));
        }
    }

    internal static (IReadOnlyList<string> Problems, KafkaOptions Options) Read(string settings, Action<KafkaOptions>? configure = null)
    {
        var values = settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => (string?)pair[1]);
        var services = new ServiceCollection();
        services.AddOptions();
        if (configure is not null)
            services.ConfigureAll(configure);
        var session = new SettingsSession(SettingsPass.File);
        var binding = new BrokerBinding("main", new ConfigurationBuilder().AddInMemoryCollection(values).Build(), Path, services.BuildServiceProvider(), session);
        var context = new BrokerContext("main", new ThreadPoolScheduler(TimeProvider.System), new LogLines(), 1000, binding, static (_, _) => { });
        return (session.Problems, context.Bind<KafkaOptions>(KafkaSettings.Read));
    }
}
