using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Contracts;

namespace EventFabric.Samples.Tests;

/// <summary>A host with one subscription "orders" in memory, and the broker's raw side.</summary>
internal static class SampleHost
{
    public static async Task<IHost> StartAsync(InMemoryBroker broker, string subscription, Action<HostApplicationBuilder, IEventFabricBuilder> configure, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventFabric:Source"] = "/tests",
            ["EventFabric:Group"] = "tests",
            ["EventFabric:Brokers:default:Type"] = "InMemory",
            ["EventFabric:Channels:orders:Address"] = "orders",
            [$"EventFabric:Subscriptions:{subscription}:Channel"] = "orders",
            [$"EventFabric:Subscriptions:{subscription}:Retry:BaseDelay"] = "1ms",
            [$"EventFabric:Subscriptions:{subscription}:DeadLetter:Address"] = "orders-dead"
        });
        var fabric = builder.Services.AddEventFabric().AddInMemory(broker).AddJson(ShopJson.Default).AddEvent<OrderPlaced>("orders", key: e => e.OrderId);
        configure(builder, fabric);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }

    /// <summary>Waits until the condition holds; fails after half a minute.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            if (deadline.IsCancellationRequested) throw new TimeoutException($"waited 30 s for: {what}");
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
