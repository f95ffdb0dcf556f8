using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Contracts;
using Xunit;

namespace EventFabric.Samples.Tests;

/// <summary>Kafka and NATS in one host: the program is the same, its staging file names the brokers.</summary>
public sealed class TwoBrokersTests(BrokerRun brokers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_groups_get_the_orders_of_one_broker_while_another_is_connected()
    {
        var environment = await brokers.SettingsAsync("kafka", "core");
        foreach (var (key, value) in await brokers.SettingsAsync("nats", "edge"))
            environment[key] = value;
        var database = await brokers.DatabaseAsync("shop_two");
        var address = $"orders-{Guid.NewGuid():N}";
        environment["DOTNET_ENVIRONMENT"] = "Staging";
        environment["ConnectionStrings__shop"] = database;
        environment["EventFabric__Provisioning"] = "Create";
        environment["EventFabric__Channels__orders__Address"] = address;
        environment["EventFabric__Channels__readings__Address"] = $"readings-{Guid.NewGuid():N}";

        await using var program = SampleProgram.Start("TwoBrokers", environment);
        await program.WaitForAsync("Application started", Token);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventFabric:Source"] = "/tests",
            ["EventFabric:Brokers:core:Type"] = "Kafka",
            ["EventFabric:Brokers:core:Kafka:BootstrapServers"] = environment["EventFabric__Brokers__core__Kafka__BootstrapServers"],
            ["EventFabric:Channels:orders:Broker"] = "core",
            ["EventFabric:Channels:orders:Address"] = address,
        });
        builder.Services.AddEventFabric().AddKafka().AddJson(ShopJson.Default).AddEvent<OrderPlaced>("orders", key: static order => order.OrderId);
        using var publisher = builder.Build();
        await publisher.StartAsync(Token);
        await publisher.Services.GetRequiredService<IEventPublisher>().PublishAsync(new OrderPlaced("o-1", 12m), Token);

        await program.WaitForAsync("Thank you for order o-1.", Token);
        await program.WaitForAsync("Broker edge is Ready", Token);
        Assert.Equal(0, await program.StopAsync(Token));
        await publisher.StopAsync(Token);
    }
}
