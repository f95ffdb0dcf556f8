using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using NATS.NKeys;
using Xunit;

namespace EventFabric.Nats.Tests.Security;

/// <summary>Proofs of identity on real servers.</summary>
public sealed class SecurityTests
{
    private const string Password = "correct-horse-battery";
    private const string Wrong = "wrong-horse-battery";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_with_a_password_sends_and_receives()
    {
        await using var server = await Access.StartAsync($"authorization {{ users = [ {{ user: app, password: \"{Password}\" }} ] }}");
        await using var nats = new NatsHarness(null, ("Url", server.Url), ("Username", "app"), ("Password", Password));
        await Access.AssertWorksAsync(nats);
        Assert.DoesNotContain(Password, nats.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_unauthorized_and_not_printed()
    {
        await using var server = await Access.StartAsync($"authorization {{ users = [ {{ user: app, password: \"{Password}\" }} ] }}");
        await using var nats = new NatsHarness(null, ("Url", server.Url), ("Username", "app"), ("Password", Wrong));
        await Access.AssertRefusedAsync(nats, Wrong);
    }

    [Fact]
    public async Task A_token_is_asked_for_at_each_connect()
    {
        await using var server = await Access.StartAsync($"authorization {{ token: \"{Password}\" }}");
        var asked = 0;
        await using var nats = new NatsHarness(
            options => options.TokenProvider = _ =>
            {
                Interlocked.Increment(ref asked);
                return new(new Credential(Password));
            },
            ("Url", server.Url));
        await Access.AssertWorksAsync(nats);
        Assert.InRange(asked, 1, 3);
        await using var plain = new NatsHarness(null, ("Url", server.Url), ("Token", Password));
        await Access.AssertWorksAsync(plain);
    }

    [Fact]
    public async Task An_nkey_signs_what_the_server_asks()
    {
        using var pair = KeyPair.CreatePair(PrefixByte.User);
        await using var server = await Access.StartAsync($"authorization {{ users = [ {{ nkey: {pair.GetPublicKey()} }} ] }}");
        await using var nats = new NatsHarness(null, ("Url", server.Url), ("NKeySeed", pair.GetSeed()));
        await Access.AssertWorksAsync(nats);
        Assert.DoesNotContain(pair.GetSeed(), nats.Logs.Text, StringComparison.Ordinal);
        using var stranger = KeyPair.CreatePair(PrefixByte.User);
        await using var refused = new NatsHarness(null, ("Url", server.Url), ("NKeySeed", stranger.GetSeed()));
        await Access.AssertRefusedAsync(refused, stranger.GetSeed());
    }

    [Fact]
    public async Task What_may_not_be_used_is_unauthorized()
    {
        await using var server = await Access.StartAsync($"authorization {{ users = [ {{ user: app, password: \"{Password}\", permissions: {{ publish: [\"other.>\"], subscribe: [\"_INBOX.>\"] }} }} ] }}");
        await using var nats = new NatsHarness(null, ("Url", server.Url), ("Username", "app"), ("Password", Password));
        var error = await Assert.ThrowsAnyAsync<Exception>(async () => await nats.Connection.OpenSenderAsync(NatsHarness.Plan("orders"), Token));
        Assert.True(nats.Connection.Classify(error).Kind == ErrorKind.Unauthorized, $"{error}");
        Assert.Contains("Permissions Violation for Publish to \"$JS.API.STREAM.INFO.orders\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_not_be_published_to_is_said_by_the_publish()
    {
        await using var server = await Access.StartAsync($"authorization {{ users = [ {{ user: app, password: \"{Password}\", permissions: {{ publish: {{ deny: [\"orders.*\"] }} }} }} ] }}");
        await using var nats = new NatsHarness(null, ("Url", server.Url), ("Username", "app"), ("Password", Password));
        await nats.CreateAsync(NatsHarness.Plan("orders"));
        var outcome = (await nats.SendAsync("orders", NatsHarness.Record("k", "b")))[0];
        Assert.Equal(SendStatus.Rejected, outcome.Status);
        Assert.Equal(ErrorKind.Unauthorized, nats.Connection.Classify(outcome.Error!).Kind);
        Assert.Contains("Permissions Violation for Publish to \"orders.", outcome.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_may_not_speak_to_the_others_is_refused_and_does_not_take_their_partitions()
    {
        await using var server = await Access.StartAsync($"authorization {{ users = [ {{ user: app, password: \"{Password}\", permissions: {{ publish: {{ deny: [\"_EVENTFABRIC.>\"] }} }} }} ] }}");
        await using var nats = new NatsHarness(null, ("Url", server.Url), ("Username", "app"), ("Password", Password));
        var plan = NatsHarness.Plan("orders");
        await nats.CreateAsync(plan);
        var error = await Assert.ThrowsAnyAsync<Exception>(async () => await nats.Connection.OpenReceiverAsync(plan, new RecordingEvents(), Token));
        Assert.True(nats.Connection.Classify(error).Kind == ErrorKind.Unauthorized, $"{error}");
        Assert.Contains("_EVENTFABRIC.members.orders.g", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_JetStream_is_named_as_such()
    {
        await using var server = await Access.StartAsync("accounts { A { users = [ { user: app, password: app } ] } }", "no_auth_user: app");
        await using var nats = new NatsHarness(null, ("Url", server.Url));
        var error = await Assert.ThrowsAnyAsync<Exception>(async () => await nats.Connection.OpenSenderAsync(NatsHarness.Plan("orders"), Token));
        Assert.Contains("JetStream", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Username", "refuses the client that Brokers:main:Nats:Username names")]
    [InlineData("Token", "refuses the client that Brokers:main:Nats:Token names")]
    [InlineData(null, "set Username and Password, Token, NKeySeed or CredentialsFile in Brokers:main:Nats")]
    public async Task Who_is_refused_reads_which_setting_it_is_about(string? setting, string message)
    {
        await using var server = await Access.StartAsync($"authorization {{ users = [ {{ user: app, password: \"{Password}\" }} ] }}");
        (string, string)[] settings = setting switch
        {
            null => [],
            "Username" => [("Username", "app"), ("Password", Wrong)],
            _ => [(setting, Wrong)],
        };
        await using var nats = new NatsHarness(null, [("Url", server.Url), .. settings]);
        var error = await Assert.ThrowsAnyAsync<Exception>(async () => await nats.Connection.OpenSenderAsync(NatsHarness.Plan("orders"), Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.True(nats.Connection.Classify(error).Kind == ErrorKind.Unauthorized, $"{error}");
    }

    [Fact]
    public async Task Tls_is_used_where_it_is_required_and_a_stranger_is_not_trusted()
    {
        using var files = new Certificates();
        await using var server = await Access.StartAsync($"tls {{ cert_file: \"{files.ServerFile}\", key_file: \"{files.ServerFile}\", ca_file: \"{files.CaFile}\", verify: true, timeout: 30 }}");
        (string, string)[] own = [("Url", server.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)), ("Tls", "Require")];
        await using var nats = new NatsHarness(null, [.. own, ("CaFile", files.CaFile), ("CertificateFile", files.ClientFile), ("KeyFile", files.ClientKeyFile)]);
        await Access.AssertWorksAsync(nats);
        await using var stranger = new NatsHarness(null, [.. own, ("CaFile", files.StrangerFile), ("CertificateFile", files.ClientFile), ("KeyFile", files.ClientKeyFile)]);
        await Assert.ThrowsAnyAsync<Exception>(async () => await stranger.Connection.OpenSenderAsync(NatsHarness.Plan("orders"), Token));
    }

    [Fact]
    public async Task Plain_text_is_not_fallen_back_to()
    {
        await using var nats = new NatsHarness(null, ("Tls", "Require"));
        await Assert.ThrowsAnyAsync<Exception>(async () => await nats.Connection.OpenSenderAsync(NatsHarness.Plan("orders"), Token));
    }

    [Theory]
    [InlineData("Url", "nats://app:secret-1@localhost:4222", "holds a user or a password")]
    [InlineData("Url", "localhost:4222", "is no address of a NATS server")]
    [InlineData("Password", "secret-1", "Username is required")]
    [InlineData("NKeySeed", "secret-1", "NKeySeed is no seed of a user's nkey")]
    [InlineData("CertificateFile", "client.pem", "KeyFile is required")]
    public void A_setting_that_cannot_be_right_is_refused_without_its_secret(string key, string value, string message)
    {
        var nats = new NatsHarness(null, ("Url", "nats://localhost:4222"), (key, value));
        Assert.Contains(message, string.Join('\n', nats.Problems).Replace(": ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-1", string.Join('\n', nats.Problems), StringComparison.Ordinal);
    }
}
