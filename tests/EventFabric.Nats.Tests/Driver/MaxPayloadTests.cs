using EventFabric.Nats.Tests.Faults;
using EventFabric.Nats.Tests.Fixtures;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>A server that takes less than the library would.</summary>
public sealed class MaxPayloadTests
{
    private const int MaxPayload = 20_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_that_is_too_large_is_refused_by_itself_and_the_limit_is_named()
    {
        await using var server = await NatsServer.FindAsync([$"max_payload: {MaxPayload}"], Token);
        Assert.SkipWhen(server is null, NatsServer.Remedy);
        var plan = new FaultPlan(server.Url);
        await using var app = await FaultApp.StartAsync(plan.Settings(null, []), new Dictionary<string, FaultHandler>(), Token);
        // Of one key: what stands behind the large one is not held back by it.
        NumberedEvent[] batch = [new("k", 0, "small"), new("k", 1, new string('f', MaxPayload)), new("k", 2, "small"), new("other", 3, "small")];
        var error = await Assert.ThrowsAsync<PublishException>(async () => await app.Publisher.PublishBatchAsync(batch, cancellationToken: Token));

        Assert.Equal([true, false, true, true], error.Results.Select(static result => result.Error is null));
        var refusal = Assert.IsType<EventFabricException>(error.Results[1].Error, exactMatch: false);
        Assert.Equal(EventFabricErrorKind.TooLarge, refusal.Kind);
        Assert.Contains($"the limit is {MaxPayload - 8192} (what the broker takes, less 8192 for the headers of a dead letter)", refusal.Message, StringComparison.Ordinal);
        await using var raw = new RawNats(server.Url);
        Assert.Equal(3, (await raw.MessagesAsync(plan.Address, Token)).Count);
    }
}
