using EventFabric.Configuration.Plans;
using EventFabric.Drivers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace EventFabric.Tests.Configuration;

/// <summary>What a correct configuration becomes.</summary>
public sealed class PlanTests
{
    [Fact]
    public void Every_default_is_the_documented_one()
    {
        var plan = Fabric.Plan(Fabric.Good);
        Assert.Equal((null, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(30), 1000, 253_952), (plan.StartupTimeout, plan.DrainTimeout, plan.PublishTimeout, plan.MaxPendingPublishes, plan.MaxEventBytes));
        var channel = plan.Channels["orders"];
        Assert.Equal(("orders", null, null), (channel.Address, channel.ContentMode, channel.ForeignType));
        Assert.Equal(
            new ChannelPlan("orders", "orders", null, ChannelRole.Main, ReceiveMode.Consume, OrderingMode.None, StartPosition.Earliest, 0, 0, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(30), 4L),
            channel.SenderPlan);
        var billing = plan.Subscriptions[0];
        Assert.Equal(("billing", "workers", true), (billing.Name, billing.Group, billing.Enabled));
        Assert.Equal((OrderingMode.PerKey, ExhaustedPolicy.DeadLetter, UnhandledPolicy.DeadLetter), (billing.Ordering, billing.OnExhausted, billing.OnUnhandled));
        Assert.Equal((16, 64, 16_777_216, TimeSpan.FromMinutes(5)), (billing.MaxConcurrency, billing.MaxInFlight, billing.MaxInFlightBytes, billing.HandlerTimeout));
        Assert.Equal(new RetryPlan(6, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)), billing.Retry);
        Assert.Equal(new BatchPlan(100, TimeSpan.FromSeconds(1)), billing.Batch);
        Assert.Equal(channel.SenderPlan with { Group = "workers", Ordering = OrderingMode.PerKey, MaxInFlight = 64, MaxInFlightBytes = 16_777_216 }, billing.ReceiverPlan);
        Assert.Equal(channel.SenderPlan with { Role = ChannelRole.DeadLetter, Address = "orders-workers-dlq" }, billing.DeadLetterPlan);
    }

    [Fact]
    public void Everything_written_is_read()
    {
        var plan = Fabric.PlanWith(
            """
            "StartupTimeout": "1m", "DrainTimeout": "10s", "PublishTimeout": "00:00:05", "MaxPendingPublishes": 7, "MaxEventBytes": 4096,
            "Channels": { "orders": { "Address": "shop.orders.v1", "ContentMode": "structured", "ForeignType": "legacy", "Fake": { "Partitions": 12 } } },
            "SubscriptionDefaults": { "MaxConcurrency": 3, "Retry": { "MaxAttempts": 2, "BaseDelay": "200ms" } },
            "Subscriptions": { "billing": {
              "Group": "b", "Enabled": false, "Start": "2026-01-31T12:00:00+01:00", "Ordering": "None", "OnExhausted": "Block", "OnUnhandled": "Drop",
              "MaxInFlight": 9, "MaxInFlightBytes": 5000, "HandlerTimeout": "2s", "Retry": { "MaxAttempts": 4 }, "DeadLetter": { "Address": "dead.{address}.{group}" } } }
            """);
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5), 7, 4096), (plan.StartupTimeout, plan.DrainTimeout, plan.PublishTimeout, plan.MaxPendingPublishes, plan.MaxEventBytes));
        var channel = plan.Channels["orders"];
        Assert.Equal(("shop.orders.v1", ContentMode.Structured, "legacy", 12L), (channel.Address, channel.ContentMode, channel.ForeignType, channel.SenderPlan.Settings));
        var billing = plan.Subscriptions[0];
        Assert.Equal(("b", false, OrderingMode.None, ExhaustedPolicy.Block, UnhandledPolicy.Drop), (billing.Group, billing.Enabled, billing.Ordering, billing.OnExhausted, billing.OnUnhandled));
        Assert.Equal((3, 9, 5000, TimeSpan.FromSeconds(2)), (billing.MaxConcurrency, billing.MaxInFlight, billing.MaxInFlightBytes, billing.HandlerTimeout));
        Assert.Equal(new RetryPlan(4, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30)), billing.Retry);
        Assert.Equal(StartPosition.At(new DateTimeOffset(2026, 1, 31, 11, 0, 0, TimeSpan.Zero)), billing.ReceiverPlan.Start);
        Assert.Equal("dead.shop.orders.v1.b", billing.DeadLetterPlan.Address);
        Assert.Equal(new RetryPlan(2, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30)), plan.Subscriptions[1].Retry);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    public void Null_empty_text_and_the_empty_object_are_a_named_section(string empty)
    {
        var plan = Fabric.PlanWith($"\"Channels\": {{ \"payments\": {empty} }}, \"Subscriptions\": {{ \"payments\": {empty} }}");
        Assert.Equal("payments", plan.Channels["payments"].Address);
        Assert.Equal("payments", plan.Subscriptions[^1].Channel.Name);
    }

    [Fact]
    public void An_explicit_null_is_absent()
    {
        var plan = Fabric.PlanWith("\"DrainTimeout\": null, \"Subscriptions\": { \"billing\": { \"MaxConcurrency\": null, \"Retry\": null, \"DeadLetter\": { \"Address\": null } } }");
        Assert.Equal(TimeSpan.FromSeconds(25), plan.DrainTimeout);
        Assert.Equal(16, plan.Subscriptions[0].MaxConcurrency);
    }

    [Fact]
    public void Names_in_code_and_configuration_match_without_case()
    {
        var plan = Fabric.PlanWith(
            "\"Subscriptions\": { \"billing\": { \"Channel\": \"ORDERS\" } }",
            static builder => builder.AddEvent<OrderPlaced>("Orders").AddHandler<OrderPlaced>("Billing", static (_, _) => new(Settlement.Ack)));
        Assert.Same(plan.Channels["orders"], plan.Subscriptions[0].Channel);
    }

    [Fact]
    public void Sections_of_other_known_adapters_may_stay()
    {
        var plan = Fabric.PlanWith(
            "\"Brokers\": { \"default\": { \"Kafka\": { \"Anything\": [ 1 ] }, \"Embedded\": { \"Path\": \"x\" } } }, \"Channels\": { \"orders\": { \"Kafka\": { \"Partitions\": \"no number\" } } }");
        Assert.Equal("Fake", plan.Brokers["default"].Type);
    }

    [Fact]
    public void With_a_batch_handler_two_batches_fit_in_flight()
    {
        var plan = Fabric.PlanWith(
            "\"Subscriptions\": { \"billing\": { \"Batch\": { \"MaxSize\": 5000, \"MaxWait\": \"2s\" } } }",
            static builder => builder.AddBatchHandler<OrderPlaced, Nothing>("billing"));
        Assert.Equal(10_000, plan.Subscriptions[0].MaxInFlight);
        Assert.Equal(new BatchPlan(5000, TimeSpan.FromSeconds(2)), plan.Subscriptions[0].Batch);
        Assert.Equal(64, plan.Subscriptions[1].MaxInFlight);
    }

    [Fact]
    public void Several_brokers_are_chosen_by_name_or_by_being_the_default()
    {
        var plan = Fabric.PlanWith("\"Brokers\": { \"edge\": { \"Type\": \"fake\" } }, \"Channels\": { \"readings\": { \"Broker\": \"Edge\" } }");
        Assert.Equal(("default", "edge"), (plan.Channels["orders"].Broker.Name, plan.Channels["readings"].Broker.Name));
    }

    [Fact]
    public void The_source_is_the_application_where_there_is_a_host()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "Shop" });
        builder.Configuration.AddConfiguration(Fabric.Configuration([Fabric.Good, """{ "EventFabric": { "Source": null } }"""]));
        builder.Services.AddEventFabric();
        builder.Services.AddSingleton<IBrokerDriver>(new FakeDriver());
        using var host = builder.Build();
        Assert.Equal("/Shop", host.Services.GetRequiredService<FabricPlanSource>().Get().Source);
    }

    [Fact]
    public void A_section_given_in_code_takes_the_place_of_the_default_one()
    {
        var services = new ServiceCollection();
        services.AddEventFabric(Fabric.Configuration([Fabric.Good.Replace("\"EventFabric\"", "\"Bus\"", StringComparison.Ordinal)]).GetSection("Bus"));
        services.AddSingleton<IBrokerDriver>(new FakeDriver());
        Assert.Equal("/shop", services.BuildServiceProvider().GetRequiredService<FabricPlanSource>().Get().Source);
    }

    [Theory]
    [InlineData("Fake", null, null, Provisioning.Validate)]
    [InlineData("Fake", "Create", null, Provisioning.Create)]
    [InlineData("Fake", "Create", "Assume", Provisioning.Assume)]
    [InlineData("InMemory", null, null, Provisioning.Create)]
    [InlineData("InMemory", "Validate", null, Provisioning.Create)]
    [InlineData("InMemory", "Create", "Validate", Provisioning.Validate)]
    public void Provisioning_is_Validate_but_for_brokers_that_live_with_the_application(string type, string? root, string? broker, Provisioning expected)
    {
        static string Text(string? value) => value is null ? "null" : $"\"{value}\"";
        var plan = Fabric.PlanWith(
            $"\"Provisioning\": {Text(root)}, \"Brokers\": {{ \"default\": {{ \"Type\": \"{type}\", \"Provisioning\": {Text(broker)} }} }}",
            driver: new FakeDriver(type));
        Assert.Equal(expected, plan.Brokers["default"].Provisioning);
    }

    private sealed class Nothing : IEventBatchHandler<OrderPlaced>
    {
        public ValueTask<BatchSettlement> HandleAsync(IReadOnlyList<EventContext<OrderPlaced>> batch, CancellationToken cancellationToken) =>
            new(Settlement.Ack);
    }
}
