using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace EventFabric.Tests.MainJob;

/// <summary>An application publishes, handlers receive in key order with retries and dead letters: end to end, on both profiles.</summary>
public sealed partial class MainJobTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Log")]
    [InlineData("Queue")]
    public async Task Published_events_are_handled_in_key_order(string profile)
    {
        var seen = new ConcurrentQueue<Placed>();
        var all = new TaskCompletionSource();
        using var host = Build(profile, new InMemoryBroker(), builder => builder
            .AddHandler<Placed>("billing", (context, _) =>
            {
                seen.Enqueue(context.Data);
                if (seen.Count == 1000)
                    all.TrySetResult();
                return new(Settlement.Ack);
            }));
        await host.StartAsync(Cancellation);
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        for (var i = 0; i < 1000; i++)
            await publisher.PublishAsync(new Placed($"c{i % 10}", i), cancellationToken: Cancellation);
        await all.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        foreach (var key in seen.GroupBy(e => e.Customer))
            Assert.Equal(key.Select(e => e.Number).Order(), key.Select(e => e.Number));
        await host.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData("Log")]
    [InlineData("Queue")]
    public async Task What_fails_is_tried_again_and_dead_lettered_in_the_end(string profile)
    {
        var attempts = new ConcurrentQueue<(int Number, int Attempt)>();
        var broker = new InMemoryBroker();
        var after = new TaskCompletionSource();
        using var host = Build(profile, broker, builder => builder
            .AddHandler<Placed>("billing", async (context, token) =>
            {
                attempts.Enqueue((context.Data.Number, context.Attempt));
                await Task.Yield();
                if (context.Data.Number == 1)
                    throw new InvalidOperationException("never");
                if (context.Data.Number == 2)
                    after.TrySetResult();
                return Settlement.Ack;
            }));
        await host.StartAsync(Cancellation);
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        for (var i = 0; i < 3; i++)
            await publisher.PublishAsync(new Placed("c", i), cancellationToken: Cancellation);
        await after.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        Assert.Equal([(0, 1), (1, 1), (1, 2), (1, 3), (2, 1)], attempts);
        var letter = Assert.Single(broker.Read("orders-tests-dlq"));
        Assert.Contains(letter.Headers, header => header.Key == "ef-reason" && System.Text.Encoding.UTF8.GetString(header.Value) == typeof(InvalidOperationException).FullName);
        await host.StopAsync(Cancellation);
    }

    private static IHost Build(string profile, InMemoryBroker broker, Action<IEventFabricBuilder> configure)
    {
        var host = Host.CreateEmptyApplicationBuilder(null);
        host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventFabric:Source"] = "/tests",
            ["EventFabric:Group"] = "tests",
            ["EventFabric:Brokers:default:Type"] = "InMemory",
            ["EventFabric:Brokers:default:InMemory:Profile"] = profile,
            ["EventFabric:Channels:orders:Address"] = "orders",
            ["EventFabric:Subscriptions:billing:Channel"] = "orders",
            ["EventFabric:Subscriptions:billing:Retry:MaxAttempts"] = "3",
            ["EventFabric:Subscriptions:billing:Retry:BaseDelay"] = "10ms",
            ["EventFabric:Subscriptions:billing:Retry:MaxDelay"] = "20ms",
        });
        var builder = host.Services.AddEventFabric().AddInMemory(broker).AddJson(Json.Default).AddEvent<Placed>("orders", e => e.Customer);
        configure(builder);
        return host.Build();
    }

    [EventType("tests.placed.v1")]
    public sealed record Placed(string Customer, int Number);

    [JsonSerializable(typeof(Placed))]
    public sealed partial class Json : JsonSerializerContext;
}
