using EventFabric;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Orders;

/// <summary>
/// The two applications of the story. Both read the same settings and each runs the subscription that it has a handler for.
/// In memory they meet in one store; on every other broker they would run as well on two machines.
/// </summary>
public static class Hosts
{
    /// <summary>Publishes orders, and fulfils them.</summary>
    public static IHost Shop(RunOptions options, Ledger ledger, InMemoryBroker broker)
    {
        var builder = Create(options);
        builder.Services.AddSingleton(options).AddSingleton(ledger).AddSingleton<OrderPublisher>();
        builder.Services.AddEventFabric()
            .AddInMemory(broker).AddKafka().AddNats()
            .AddSerializer<OrderSerializer>()
            .AddEvent<OrderPlaced>("orders", key: order => $"customer-{order.Customer}", contentType: OrderSerializer.Orders)
            .AddHandler<OrderPlaced, FulfilOrder>("fulfilment");
        return builder.Build();
    }

    /// <summary>Reads what fulfilment gave up.</summary>
    public static IHost Desk(RunOptions options, Ledger ledger, InMemoryBroker broker)
    {
        var builder = Create(options);
        builder.Services.AddSingleton(ledger);
        builder.Services.AddEventFabric()
            .AddInMemory(broker).AddKafka().AddNats()
            .AddSerializer<AnyBytesSerializer>()
            .AddHandler<DeadOrder, DeadLetterDesk>("deadLetterDesk");
        return builder.Build();
    }

    // appsettings.json, then the broker's file, then the environment.
    private static HostApplicationBuilder Create(RunOptions options)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddJsonFile($"appsettings.{options.Broker}.json").AddEnvironmentVariables();
        return builder;
    }
}
