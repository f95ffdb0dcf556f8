using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace EventFabric.Tests.Configuration;

/// <summary>The start of a real application on the in-memory broker, where its configuration asks too much.</summary>
public sealed class InMemoryStartTests
{
    [Theory]
    [InlineData("\"InMemory\": { \"Profile\": \"Queue\" }", "\"OnExhausted\": \"ParkKey\"", "EventFabric:Subscriptions:billing:OnExhausted: ParkKey needs partitions that one member owns, which broker \"default\" (InMemory) does not give this group; write DeadLetter, Block or Drop")]
    [InlineData("\"Provisioning\": \"Validate\", \"InMemory\": { \"Partitions\": 1 }", "\"DeadLetter\": { \"Address\": \"dead\" }", "EventFabric:Brokers:default:Provisioning: dead is missing, and Validate creates nothing; create it, or write \"Create\"")]
    [InlineData("\"InMemory\": { \"Profil\": \"Queue\" }", "", "EventFabric:Brokers:default:InMemory:Profil: unknown key; did you mean \"Profile\"?")]
    [InlineData("\"InMemory\": { \"Lease\": \"100ms\" }", "", "EventFabric:Brokers:default:InMemory:Lease: \"100ms\" is out of range; write 1s to 12h")]
    public async Task It_fails_with_the_path_of_the_setting(string broker, string subscription, string problem)
    {
        var store = new InMemoryBroker();
        store.Create("orders", 1);
        using var host = Application(store, broker, subscription);
        var failed = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal([problem], failed.Failures);
    }

    [Fact]
    public async Task Create_makes_channel_and_dead_letters_and_the_host_starts()
    {
        var store = new InMemoryBroker();
        using var host = Application(store, "\"InMemory\": {}", "");
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(store.Find("orders"));
        Assert.NotNull(store.Find("orders-workers-dlq"));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static IHost Application(InMemoryBroker store, string broker, string subscription)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "Shop" });
        builder.Configuration.AddConfiguration(Fabric.Configuration(
        [
            $$"""
            { "EventFabric": {
                "Group": "workers",
                "Brokers": { "default": { "Type": "InMemory", {{broker}} } },
                "Channels": { "orders": {} },
                "Subscriptions": { "billing": { "Channel": "orders"{{(subscription.Length == 0 ? "" : ", " + subscription)}} } } } }
            """,
        ]));
        builder.Services.AddEventFabric().AddInMemory(store).AddHandler<OrderPlaced>("billing", static (_, _) => new(Settlement.Ack));
        return builder.Build();
    }
}
