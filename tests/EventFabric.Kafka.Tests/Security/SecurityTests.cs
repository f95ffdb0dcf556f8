using Confluent.Kafka;
using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Security;

/// <summary>Proofs of identity on a real broker.</summary>
public sealed class SecurityTests(SecureRun run) : IClassFixture<SecureRun>
{
    private const string Wrong = "wrong-horse-battery";

    [Theory]
    [InlineData("Plain")]
    [InlineData("ScramSha256")]
    [InlineData("ScramSha512")]
    public async Task A_user_with_a_password_sends_and_receives(string mechanism)
    {
        await using var kafka = Sasl(mechanism, SecureRun.Password);
        await AssertWorksAsync(kafka, mechanism);
        Assert.DoesNotContain(SecureRun.Password, kafka.Logs.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Plain")]
    [InlineData("ScramSha256")]
    public async Task A_wrong_password_is_said_at_once_and_not_printed(string mechanism)
    {
        await using var kafka = Sasl(mechanism, Wrong);
        var plan = KafkaHarness.Plan("secured") with { OperationTimeout = TimeSpan.FromSeconds(5) };
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var error = await Assert.ThrowsAsync<KafkaException>(async () => await kafka.Connection.OpenSenderAsync(plan, TestContext.Current.CancellationToken));
            AssertRefused(kafka, error, "check SaslMechanism, Username and Password, or the TokenProvider there");
        }
    }

    [Fact]
    public async Task A_client_certificate_is_enough_where_the_broker_asks_for_one()
    {
        var files = run.Certificates;
        await using var kafka = Make(null, run.MutualTls, ("SecurityProtocol", "Ssl"), ("CaFile", files.CaFile), ("CertificateFile", files.ClientFile), ("KeyFile", files.ClientKeyFile));
        await AssertWorksAsync(kafka, "mtls");
    }

    [Fact]
    public async Task Without_the_client_certificate_the_broker_is_not_entered()
    {
        await using var kafka = Make(null, run.MutualTls, ("SecurityProtocol", "Ssl"), ("CaFile", run.Certificates.CaFile));
        var error = await Assert.ThrowsAsync<KafkaException>(async () => await kafka.Connection.OpenSenderAsync(KafkaHarness.Plan("secured"), TestContext.Current.CancellationToken));
        AssertRefused(kafka, error, "check SecurityProtocol, CaFile, CertificateFile and KeyFile there");
    }

    [Fact]
    public async Task A_broker_that_no_trusted_authority_vouches_for_is_not_told_the_password()
    {
        await using var kafka = Make(null, run.SaslSsl, ("CaFile", run.Certificates.StrangerFile), ("Username", "app"), ("Password", SecureRun.Password));
        var error = await Assert.ThrowsAsync<KafkaException>(async () => await kafka.Connection.OpenSenderAsync(KafkaHarness.Plan("secured"), TestContext.Current.CancellationToken));
        AssertRefused(kafka, error, "check SecurityProtocol, CaFile, CertificateFile and KeyFile there");
    }

    [Fact]
    public async Task What_may_not_be_seen_is_forbidden_and_not_missing()
    {
        await using var kafka = Sasl("Plain", SecureRun.Password, "guest");
        var items = await kafka.Topology.InspectAsync([KafkaHarness.Plan("secured")], TestContext.Current.CancellationToken);
        Assert.Equal([new TopologyItem("secured", TopologyState.Forbidden, null, null, null, false)], items);
        var error = await Assert.ThrowsAsync<KafkaException>(async () => await kafka.Connection.OpenSenderAsync(KafkaHarness.Plan("secured"), TestContext.Current.CancellationToken));
        Assert.Equal(ErrorKind.Unauthorized, kafka.Connection.Classify(error).Kind);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends()
    {
        var lifetime = TimeSpan.FromSeconds(6);
        var tokens = new TokenIssuer(lifetime);
        await using var kafka = Make(options => options.TokenProvider = tokens.IssueAsync, run.Tokens, ("SecurityProtocol", "SaslPlaintext"));
        await using var sender = await kafka.Connection.OpenSenderAsync(KafkaHarness.Plan("secured", group: null), TestContext.Current.CancellationToken);
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan("secured", group: "tokens", start: StartPosition.Latest));
        await receiver.UntilOwnedAsync(0);
        // Two clients with a token each, and both are asked again before it ends.
        await Wait.UntilAsync(() => tokens.Issued.Count >= 4, () => $"{tokens.Issued.Count} tokens");
        var issued = tokens.Issued;
        Assert.All(issued.Zip(issued.Skip(2)), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.Zero, lifetime));
        await Wait.UntilAsync(() => DateTimeOffset.UtcNow > issued[1] + lifetime, static () => "the first tokens are valid still");
        Assert.Equal(SendStatus.Accepted, (await KafkaHarness.SendAsync(sender, KafkaHarness.Record("k", "late")))[0].Status);
        Assert.Contains("late", (await receiver.TakeAsync(1)).Select(static record => record.Body));
    }

    [Fact]
    public async Task A_provider_that_fails_is_said_without_its_words()
    {
        await using var kafka = Make(static options => options.TokenProvider = static _ => throw new InvalidOperationException("no secret here"), run.Tokens, ("SecurityProtocol", "SaslPlaintext"));
        var error = await Assert.ThrowsAsync<KafkaException>(async () => await kafka.Connection.OpenSenderAsync(KafkaHarness.Plan("secured"), TestContext.Current.CancellationToken));
        AssertRefused(kafka, error, "the TokenProvider failed: InvalidOperationException");
    }

    private static void AssertRefused(KafkaHarness kafka, KafkaException error, string part)
    {
        Assert.True(kafka.Connection.Classify(error).Kind == ErrorKind.Unauthorized, $"{error}\n{kafka.Logs.Text}");
        Assert.StartsWith("EventFabric:Brokers:main:Kafka: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        foreach (var secret in new[] { Wrong, SecureRun.Password })
        {
            Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(secret, kafka.Logs.Text, StringComparison.Ordinal);
        }
    }

    private static async Task AssertWorksAsync(KafkaHarness kafka, string group)
    {
        var receiver = await kafka.OpenAsync(KafkaHarness.Plan("secured", group, StartPosition.Latest));
        await receiver.UntilOwnedAsync(0);
        var outcome = (await kafka.SendAsync("secured", KafkaHarness.Record("k", group)))[0];
        Assert.True(outcome.Status == SendStatus.Accepted, outcome.Error?.ToString());
        List<Received> taken;
        do
            taken = await receiver.TakeAsync(1);
        while (taken[0].Body != group);
        Assert.Equal(SettleStatus.Sent, (await receiver.SettleAsync(taken[0].Ref)).Status);
    }

    private static KafkaHarness Make(Action<KafkaOptions>? configure, string servers, params (string, string)[] settings) =>
        new(configure, [("BootstrapServers", servers), .. settings]);

    private KafkaHarness Sasl(string mechanism, string password, string user = "app") =>
        Make(null, run.Open.Length > 0 ? run.SaslSsl : "", ("SaslMechanism", mechanism), ("Username", user), ("Password", password), ("CaFile", run.Certificates.CaFile));
}
