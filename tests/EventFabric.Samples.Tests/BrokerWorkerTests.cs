using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Contracts;
using Xunit;

namespace EventFabric.Samples.Tests;

/// <summary>The worker program on real brokers and a real database, without a line of its code changed.</summary>
public sealed class BrokerWorkerTests(BrokerRun brokers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kafka", "Kafka")]
    [InlineData("nats", "Nats")]
    public async Task Charges_are_stored_once_and_invalid_orders_are_dead_lettered(string broker, string type)
    {
        var environment = await brokers.SettingsAsync(broker);
        var database = await brokers.DatabaseAsync($"shop_{broker}");
        var address = $"orders-{Guid.NewGuid():N}";
        environment["ConnectionStrings__shop"] = database;
        environment["EventFabric__Provisioning"] = "Create";
        environment["EventFabric__Brokers__default__Type"] = type;
        environment["EventFabric__Channels__orders__Address"] = address;
        await MakeTablesAsync(database);

        await using var worker = SampleProgram.Start("Worker", environment);
        await worker.WaitForAsync("Application started", Token);
        using var publisher = await PublisherAsync(environment, address);
        var events = publisher.Services.GetRequiredService<IEventPublisher>();
        for (var number = 0; number < 20; number++)
            await events.PublishAsync(new OrderPlaced($"o-{number}", number == 7 ? 0m : 12m), Token);

        await SampleHost.UntilAsync(() => Charges(database).Count >= 19, "19 charges", Token);
        Assert.Equal(Enumerable.Range(0, 20).Where(static number => number != 7).Select(static number => $"o-{number}").Order(), Charges(database).Select(static charge => charge.OrderId).Order());
        Assert.Contains("dead-lettered", await worker.WaitForAsync("invalid-total", Token), StringComparison.Ordinal);
        Assert.Equal(0, await worker.StopAsync(Token));
        await publisher.StopAsync(Token);
    }

    private static async Task<IHost> PublisherAsync(Dictionary<string, string?> environment, string address)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(environment.Where(static pair => pair.Key.Contains("Brokers", StringComparison.Ordinal)).Select(static pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), pair.Value)));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["EventFabric:Source"] = "/tests", ["EventFabric:Channels:orders:Address"] = address });
        builder.Services.AddEventFabric().AddKafka().AddNats().AddJson(ShopJson.Default).AddEvent<OrderPlaced>("orders", key: static order => order.OrderId);
        var host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }

    private static async Task MakeTablesAsync(string database)
    {
        await using var shop = Shop(database);
        await shop.Database.EnsureCreatedAsync(Token);
    }

    private static List<Charge> Charges(string database)
    {
        using var shop = Shop(database);
        return [.. shop.Charges.AsNoTracking()];
    }

    private static ShopDb Shop(string database) => new(new DbContextOptionsBuilder<ShopDb>().UseNpgsql(database).Options);
}
