using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Nats.Tests.Security;

/// <summary>Servers that ask who somebody is, and what comes of it.</summary>
internal static class Access
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static async Task<NatsServer> StartAsync(params string[] configuration)
    {
        var server = await NatsServer.FindAsync(configuration, Token);
        Assert.SkipWhen(server is null, NatsServer.Remedy);
        return server;
    }

    internal static async Task AssertWorksAsync(NatsHarness nats)
    {
        Assert.Empty(nats.Problems);
        var address = NatsHarness.NewAddress();
        await nats.CreateAsync(NatsHarness.Plan(address));
        Assert.Equal(SendStatus.Accepted, (await nats.SendAsync(address, NatsHarness.Record("k", "b")))[0].Status);
        var receiver = await nats.OpenAsync(NatsHarness.Plan(address));
        var taken = Assert.Single(await receiver.TakeAsync(1));
        Assert.Equal(SettleStatus.Applied, (await receiver.SettleAsync(taken.Ref)).Status);
    }

    /// <summary>The client is refused, and what must not be known stands nowhere.</summary>
    internal static async Task<Exception> AssertRefusedAsync(NatsHarness nats, params string[] secrets)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () => await nats.Connection.OpenSenderAsync(NatsHarness.Plan("orders"), Token));
        Assert.True(nats.Connection.Classify(error).Kind == ErrorKind.Unauthorized, $"{error}");
        foreach (var secret in secrets)
            Assert.DoesNotContain(secret, error + nats.Logs.Text, StringComparison.Ordinal);
        return error;
    }
}
