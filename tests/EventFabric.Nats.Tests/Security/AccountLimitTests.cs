using EventFabric.Nats.Tests.Faults;
using EventFabric.Nats.Tests.Fixtures;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Nats.Tests.Security;

/// <summary>An account that may not have all that is wanted of it.</summary>
public sealed class AccountLimitTests
{
    private const string Password = "correct-horse-battery";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("max_file", "File")]
    [InlineData("max_mem", "Memory")]
    public async Task A_publish_beyond_the_storage_is_throttled_and_what_was_acknowledged_is_there(string limit, string storage)
    {
        await using var server = await StartAsync($"{limit}: 100KB");
        var plan = Plan(server).With("PublishTimeout", "5s").With("Channels:main:Nats:Storage", storage);
        await using var app = await FaultApp.StartAsync(plan.Settings(null, []), new Dictionary<string, FaultHandler>(), Token);
        var acknowledged = new List<string>();
        PublishException? refusal = null;
        for (var number = 0; refusal is null && number < 100; number++)
        {
            try
            {
                await app.Publisher.PublishAsync(new NumberedEvent("k", number, new string('f', 10_000)), new PublishOptions { Id = $"{number}" }, Token);
                acknowledged.Add($"{number}");
            }
            catch (PublishException error)
            {
                refusal = error;
            }
        }

        // Tried again until then: there may be room.
        Assert.Equal(EventFabricErrorKind.Timeout, refusal?.Kind);
        Assert.Contains("The event is not stored.", refusal!.Message, StringComparison.Ordinal);
        Assert.Contains("resource limits exceeded for account", $"{refusal.InnerException?.Message}", StringComparison.Ordinal);
        await using var raw = new RawNats(server.Url.Replace("nats://", $"nats://app:{Password}@", StringComparison.Ordinal));
        var stored = (await raw.MessagesAsync(plan.Address, Token)).Select(static message => message.Headers!["ce-id"].ToString());
        Assert.InRange(acknowledged.Count, 2, 20);
        Assert.Equal(acknowledged, stored);
    }

    [Theory]
    [InlineData("max_streams: 1", "^The stream \"(more|faults-\\w+)\" of Channels:(more|main) was not made: maximum number of streams reached. Raise max_streams of the account at the server,")]
    [InlineData("max_consumers: 2", "^The consumer \"ordered=p[0-3]\" of the stream \"faults-\\w+\" was not made: .* Raise max_consumers of the account or the stream at the server,")]
    public async Task What_the_account_may_not_have_ends_the_start(string limit, string message)
    {
        await using var server = await StartAsync(limit);
        var plan = Plan(server).With("Channels:more:Broker", "main").With("Channels:more:Address", "more").With("StartupTimeout", "10s");
        var error = await Assert.ThrowsAnyAsync<Exception>(() => FaultApp.StartAsync(plan.Settings(null, [FaultPlan.Ordered]), new Dictionary<string, FaultHandler> { [FaultPlan.Ordered] = static (_, _) => new(Settlement.Ack) }, Token));
        Assert.Matches(message, error.Message);
    }

    private static FaultPlan Plan(NatsServer server) => new FaultPlan(server.Url).With("Brokers:main:Nats:Username", "app").With("Brokers:main:Nats:Password", Password);

    private static Task<NatsServer> StartAsync(string limit) =>
        Access.StartAsync("authorization { timeout: 30 }", $"accounts {{ A {{ jetstream {{ {limit} }}, users [ {{ user: app, password: \"{Password}\" }} ] }} }}");
}
