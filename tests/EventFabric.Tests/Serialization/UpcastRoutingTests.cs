using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace EventFabric.Tests.Serialization;

public sealed class UpcastRoutingTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task An_older_type_goes_to_its_own_handler_and_else_through_the_upcaster(bool hasOwnHandler, bool ownFirst)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var seen = new ConcurrentQueue<string>();
        var both = new TaskCompletionSource();
        var host = Host.CreateEmptyApplicationBuilder(null);
        host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventFabric:Source"] = "/tests",
            ["EventFabric:Group"] = "tests",
            ["EventFabric:Brokers:default:Type"] = "InMemory",
            ["EventFabric:Channels:orders:Address"] = "orders",
            ["EventFabric:Subscriptions:billing:Channel"] = "orders",
        });
        var builder = host.Services.AddEventFabric().AddInMemory()
            .AddEvent<OrderPlacedV1>("orders", order => order.OrderId)
            .AddEvent<OrderPlaced>("orders", order => order.OrderId)
            .AddUpcaster<OrderPlacedV1, OrderPlaced>(old => new(old.OrderId, old.Cents / 100m));
        if (hasOwnHandler && ownFirst)
            AddOwn();
        builder.AddHandler<OrderPlaced>("billing", (context, _) => Handle($"new {context.Data.TotalAmount}"));
        if (hasOwnHandler && !ownFirst)
            AddOwn();
        using var app = host.Build();
        await app.StartAsync(cancellation);
        var publisher = app.Services.GetRequiredService<IEventPublisher>();

        await publisher.PublishAsync(new OrderPlacedV1("o", 250), cancellationToken: cancellation);
        await publisher.PublishAsync(new OrderPlaced("o", 7), cancellationToken: cancellation);
        await both.Task.WaitAsync(TimeSpan.FromSeconds(20), cancellation);
        await app.StopAsync(cancellation);

        Assert.Equal([hasOwnHandler ? "old 250" : "new 2.5", "new 7"], seen);

        void AddOwn() => builder.AddHandler<OrderPlacedV1>("billing", (context, _) => Handle($"old {context.Data.Cents}"));

        ValueTask<Settlement> Handle(string what)
        {
            seen.Enqueue(what);
            if (seen.Count == 2)
                both.TrySetResult();
            return new(Settlement.Ack);
        }
    }
}
