using EventFabric.Drivers;
using EventFabric.Nats.Tests.Faults;
using EventFabric.Nats.Tests.Fixtures;
using NATS.NKeys;
using Xunit;

namespace EventFabric.Nats.Tests.Security;

/// <summary>Users by JWT, on a server that trusts an operator.</summary>
public sealed class CredentialsFileTests : IDisposable
{
    private readonly TestOperator _operator = new();
    private readonly KeyPair _user = KeyPair.CreatePair(PrefixByte.User);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_of_the_account_sends_and_receives()
    {
        await using var server = await Access.StartAsync(_operator.Configuration);
        await using var nats = Harness(server.Url, _operator.Write(_operator.User(_user), _user.GetSeed()));
        await Access.AssertWorksAsync(nats);
        Assert.DoesNotContain(_user.GetSeed(), nats.Logs.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a stranger's account")]
    [InlineData("expired")]
    [InlineData("another's seed")]
    public async Task A_user_that_is_not_good_is_refused_and_nothing_secret_is_printed(string what)
    {
        using var strangers = new TestOperator();
        using var other = KeyPair.CreatePair(PrefixByte.User);
        await using var server = await Access.StartAsync(_operator.Configuration);
        var jwt = what switch
        {
            "a stranger's account" => strangers.User(_user),
            "expired" => _operator.User(_user, TimeProvider.System.GetUtcNow().AddHours(-1)),
            _ => _operator.User(_user),
        };
        var seed = what == "another's seed" ? other.GetSeed() : _user.GetSeed();
        await using var nats = Harness(server.Url, _operator.Write(jwt, seed));
        var error = await Access.AssertRefusedAsync(nats, jwt, seed);
        Assert.Matches("refuses the client that Brokers:main:Nats:CredentialsFile names\\. It said: .*Authorization Violation", error.Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no user in here")]
    public async Task A_file_without_a_user_ends_the_start_and_is_named(string? content)
    {
        await using var server = await Access.StartAsync(_operator.Configuration);
        var file = _operator.Write("", "");
        if (content is null)
            File.Delete(file);
        else
            await File.WriteAllTextAsync(file, content, Token);
        var plan = new FaultPlan(server.Url).With("Brokers:main:Nats:CredentialsFile", file);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => FaultApp.StartAsync(plan.Settings(null, []), new Dictionary<string, FaultHandler>(), Token));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_that_expires_under_way_is_renewed_by_the_file()
    {
        await using var server = await Access.StartAsync(_operator.Configuration);
        var file = _operator.Write(_operator.User(_user, TimeProvider.System.GetUtcNow().AddSeconds(10)), _user.GetSeed());
        await using var nats = Harness(server.Url, file);
        await nats.Topology.InspectAsync([NatsHarness.Plan("orders")], Token);
        File.Copy(_operator.Write(_operator.User(_user), _user.GetSeed()), file, overwrite: true);
        await Wait.UntilAsync(() => nats.States.Any(static state => state.State == BrokerState.Degraded), () => "no end of the connection");
        await Wait.UntilAsync(() => nats.States.Last().State == BrokerState.Ready, () => "no connection");
        await Access.AssertWorksAsync(nats);
    }

    public void Dispose()
    {
        _operator.Dispose();
        _user.Dispose();
    }

    private static NatsHarness Harness(string url, string file) => new(null, ("Url", url), ("CredentialsFile", file));
}
