using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using NATS.NKeys;
using Xunit;

namespace EventFabric.Nats.Tests.Security;

/// <summary>Users by JWT, on a server that trusts an operator.</summary>
public sealed class CredentialsFileTests : IDisposable
{
    private readonly TestOperator _operator = new();
    private readonly KeyPair _user = KeyPair.CreatePair(PrefixByte.User);

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
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no user in here")]
    public async Task A_file_without_a_user_is_named(string? content)
    {
        await using var server = await Access.StartAsync(_operator.Configuration);
        var file = _operator.Write("", "");
        if (content is null)
            File.Delete(file);
        else
            await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        await using var nats = Harness(server.Url, file);
        var error = await Assert.ThrowsAnyAsync<Exception>(async () => await nats.Connection.OpenSenderAsync(NatsHarness.Plan("orders"), TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        _operator.Dispose();
        _user.Dispose();
    }

    private static NatsHarness Harness(string url, string file) => new(null, ("Url", url), ("CredentialsFile", file));
}
