using EventFabric.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Configuration;

/// <summary>Settings that are right alone and wrong together, and names that lead nowhere: refused with the path of the setting.</summary>
public sealed class CombinationTests
{
    private static readonly Action<IEventFabricBuilder> Billing = static builder => builder.AddHandler<OrderPlaced>("billing", static (_, _) => new(Settlement.Ack));

    private static readonly Action<IEventFabricBuilder> BatchBilling = static builder => builder.AddBatchHandler<OrderPlaced, Batches>("billing");

    [Fact]
    public void Nothing_configured_stops_the_start() => Assert.Equal(
        """
        EventFabric:Brokers: no broker is configured, and there is no default; write "Brokers": { "default": { "Type": "..." } }
        EventFabric:Source: is required where there is no IHostEnvironment to name the application; write for example "/shop/orders"
        """.ReplaceLineEndings("\n"),
        Fabric.Problems("{}"));

    [Fact]
    public void A_broker_needs_its_type() => Assert.Equal(
        "EventFabric:Brokers:other:Type: is required and has no default",
        Fabric.ProblemsWith("\"Brokers\": { \"other\": null }"));

    [Theory]
    [InlineData("Kafka", "\"Kafka\" is not added, added are: Fake; reference the package EventFabric.Kafka and call .AddKafka() on the builder that AddEventFabric() returns")]
    [InlineData("InMemory", "\"InMemory\" is not added, added are: Fake; call .AddInMemory() on the builder that AddEventFabric() returns")]
    [InlineData("Kafak", "\"Kafak\" is not an adapter, added are: Fake; did you mean \"Kafka\"? Otherwise reference the adapter's package and call its Add method on the builder that AddEventFabric() returns")]
    [InlineData("RabbitMq", "\"RabbitMq\" is not an adapter, added are: Fake; reference the adapter's package and call its Add method on the builder that AddEventFabric() returns")]
    public void An_unknown_type_names_what_is_added_the_package_and_the_call(string type, string problem) => Assert.Equal(
        $"EventFabric:Brokers:default:Type: {problem}",
        Fabric.ProblemsWith($"\"Brokers\": {{ \"default\": {{ \"Type\": \"{type}\" }} }}"));

    [Fact]
    public void A_channel_names_a_broker_that_is_there() => Assert.Equal(
        "EventFabric:Channels:orders:Broker: no broker is called \"defalt\"; did you mean \"default\"?",
        Fabric.ProblemsWith("\"Channels\": { \"orders\": { \"Broker\": \"defalt\" } }"));

    [Fact]
    public void Among_several_brokers_one_is_chosen_by_name_or_called_default() => Assert.Equal(
        "EventFabric:Channels:orders:Broker: there are several brokers and none is called \"default\"; write one of core, edge",
        Fabric.Problems(
            """
            { "EventFabric": { "Source": "/shop", "Brokers": { "core": { "Type": "Fake" }, "edge": { "Type": "Fake" } }, "Channels": { "orders": {} } } }
            """));

    [Fact]
    public void A_channel_named_in_code_stands_in_the_configuration() => Assert.Equal(
        """
        EventFabric:Channels:payments: AddEvent<Reading> names this channel, and it does not stand here; write "payments": {} (known here: orders, readings)
        EventFabric:Channels:roders: AddEvent<OrderPlaced> names this channel, and it does not stand here; did you mean "orders"?
        """.ReplaceLineEndings("\n"),
        Fabric.Problems(Fabric.Good, static builder => builder.AddEvent<OrderPlaced>("roders").AddEvent<Reading>("payments", type: "reading")));

    [Fact]
    public void A_subscription_named_in_code_stands_in_the_configuration() => Assert.Equal(
        """
        EventFabric:Subscriptions:biling: AddHandler<OrderPlaced> names this subscription, and it does not stand here; did you mean "billing"?
        EventFabric:Subscriptions:mial: DeadLetterOn<FormatException> names this subscription, and it does not stand here; did you mean "mail"?
        EventFabric:Subscriptions:warehouse: AddBatchHandler<OrderPlaced> names this subscription, and it does not stand here; write "warehouse": {} (known here: billing, mail)
        """.ReplaceLineEndings("\n"),
        Fabric.Problems(Fabric.Good, static builder => builder
            .AddHandler<OrderPlaced>("biling", static (_, _) => new(Settlement.Ack))
            .AddBatchHandler<OrderPlaced, Batches>("warehouse")
            .DeadLetterOn<FormatException>("mial")));

    [Fact]
    public void A_subscription_needs_a_channel() => Assert.Equal(
        """
        EventFabric:Subscriptions:billing:Channel: no channel is called "oders"; did you mean "orders"?
        EventFabric:Subscriptions:warehouse:Channel: is absent, and no channel has the subscription's name; write one of: orders, readings
        """.ReplaceLineEndings("\n"),
        Fabric.ProblemsWith("\"Subscriptions\": { \"billing\": { \"Channel\": \"oders\" }, \"warehouse\": {} }"));

    [Fact]
    public void A_group_is_required_once_a_subscription_runs()
    {
        const string json = """
            { "EventFabric": { "Source": "/shop", "Brokers": { "default": { "Type": "Fake" } }, "Channels": { "orders": {} },
              "Subscriptions": { "billing": { "Channel": "orders" } } } }
            """;
        Assert.Equal(
            "EventFabric:Subscriptions:billing:Group: is missing, and has no default, since the members of a group share its events; write it here or once as EventFabric:Group",
            Fabric.Problems(json, Billing));
        Assert.Equal("", Fabric.Plan(json).Subscriptions[0].Group);
        Assert.Equal("", Fabric.Plan(json.Replace("\"Channel\": \"orders\"", "\"Channel\": \"orders\", \"Enabled\": false", StringComparison.Ordinal), Billing).Subscriptions[0].Group);
    }

    [Fact]
    public void Two_subscriptions_never_read_one_address_as_one_group() => Assert.Equal(
        "EventFabric:Subscriptions:second:Group: subscription \"billing\" already reads orders as group \"workers\", so the two would share its events; write another group",
        Fabric.ProblemsWith("\"Channels\": { \"same\": { \"Address\": \"orders\" } }, \"Subscriptions\": { \"second\": { \"Channel\": \"same\" } }"));

    [Fact]
    public void ParkKey_needs_PerKey() => Assert.Equal(
        "EventFabric:Subscriptions:billing:OnExhausted: ParkKey keeps a key in order, which Ordering None does not; write \"Ordering\": \"PerKey\", or DeadLetter, Block or Drop here",
        Fabric.ProblemsWith("\"Subscriptions\": { \"billing\": { \"OnExhausted\": \"ParkKey\", \"Ordering\": \"None\" } }"));

    [Fact]
    public void The_first_delay_is_not_above_the_longest() => Assert.Equal(
        "EventFabric:Subscriptions:billing:Retry:BaseDelay: 1m is above Retry:MaxDelay, which is 30s; lower it or raise MaxDelay",
        Fabric.ProblemsWith("\"Subscriptions\": { \"billing\": { \"Retry\": { \"BaseDelay\": \"1m\" } } }"));

    [Theory]
    [InlineData("\"MaxSize\": 5")]
    [InlineData("\"MaxSize\": 100")]
    public void Batch_settings_need_a_batch_handler(string batch)
    {
        var json = $"\"Subscriptions\": {{ \"billing\": {{ \"Batch\": {{ {batch} }} }} }}";
        Assert.Equal(
            "EventFabric:Subscriptions:billing:Batch: is set, and the subscription has no batch handler; remove it, or add the handler with AddBatchHandler",
            Fabric.ProblemsWith(json, Billing));
        Fabric.PlanWith(json, BatchBilling);
        Fabric.PlanWith(json);
    }

    [Fact]
    public void Batch_settings_among_the_defaults_are_for_those_that_have_a_batch_handler() =>
        Fabric.PlanWith("\"SubscriptionDefaults\": { \"Batch\": { \"MaxSize\": 5 } }", Billing);

    [Fact]
    public void A_batch_must_be_able_to_fill() => Assert.Equal(
        "EventFabric:Subscriptions:billing:MaxInFlight: 50 is below Batch:MaxSize, which is 100, so that no batch could fill; raise it or lower Batch:MaxSize",
        Fabric.ProblemsWith("\"Subscriptions\": { \"billing\": { \"MaxInFlight\": 50 } }", BatchBilling));

    [Fact]
    public void A_dead_letter_address_knows_two_placeholders_and_is_another_address() => Assert.Equal(
        """
        EventFabric:Subscriptions:billing:DeadLetter:Address: "{adress}-dlq" has braces other than {address} and {group}; write only those two
        EventFabric:Subscriptions:mail:DeadLetter:Address: "orders" is the address of the channel itself, whose dead letters would be read again; write another
        """.ReplaceLineEndings("\n"),
        Fabric.ProblemsWith("\"Subscriptions\": { \"billing\": { \"DeadLetter\": { \"Address\": \"{adress}-dlq\" } }, \"mail\": { \"DeadLetter\": { \"Address\": \"{address}\" } } }"));

    [Fact]
    public void What_is_wrong_with_event_types_is_in_the_same_exception() => Assert.Equal(
        """
        EventFabric.Tests.Configuration.Reading has no event type: put [EventType("shop.order.placed.v1")] on it, or call AddEvent<Reading>(type: "shop.order.placed.v1").
        EventFabric:Group: "" is empty; write a value or remove the key
        """.ReplaceLineEndings("\n"),
        Fabric.ProblemsWith("\"Group\": \"\"", static builder => builder.AddEvent<Reading>()));

    [Fact]
    public void What_a_broker_cannot_do_is_refused_with_the_path_of_the_setting()
    {
        var driver = new FakeDriver();
        driver.Cells[Capability.OrderingKey] = new(Capability.OrderingKey, Support.Unsupported, "queues shuffle");
        driver.Cells.Remove(Capability.StartPosition);
        driver.Cells[Capability.DlqPeek] = new(Capability.DlqPeek, Support.Unsupported);
        Assert.Equal(
            """
            EventFabric:Subscriptions:billing:OnExhausted: ParkKey needs the capability DlqPeek, which broker "default" (Fake) does not have here; write DeadLetter, Block or Drop
            EventFabric:Subscriptions:billing:Ordering: PerKey needs the capability OrderingKey, which broker "default" (Fake) does not have here (queues shuffle); write "Ordering": "None"
            EventFabric:Subscriptions:billing:Start: Latest needs the capability StartPosition, which broker "default" (Fake) does not have here; write "Start": "Earliest"
            """.ReplaceLineEndings("\n"),
            Fabric.ProblemsWith(
                "\"Subscriptions\": { \"billing\": { \"OnExhausted\": \"ParkKey\", \"Start\": \"Latest\" }, \"mail\": { \"Ordering\": \"None\" } }",
                driver: driver));
    }

    [Fact]
    public void What_a_driver_objects_to_gets_the_full_path()
    {
        var driver = new FakeDriver();
        driver.Issues.Add(new("Fake:Partitions", "is odd; write an even number"));
        driver.Issues.Add(new("MaxInFlight", "is above 10; write less"));
        Assert.Equal(
            """
            EventFabric:Channels:orders:Fake:Partitions: is odd; write an even number
            EventFabric:Subscriptions:billing:MaxInFlight: is above 10; write less
            EventFabric:Subscriptions:mail:MaxInFlight: is above 10; write less
            """.ReplaceLineEndings("\n"),
            Fabric.ProblemsWith("\"Channels\": {}", driver: driver));
    }

    [Fact]
    public void An_opened_receiver_that_is_weaker_than_promised_is_refused()
    {
        var services = Fabric.Services([Fabric.Good, """{ "EventFabric": { "Subscriptions": { "billing": { "OnExhausted": "ParkKey" } } } }"""]);
        var plan = services.GetRequiredService<EventFabric.Configuration.Plans.FabricPlanSource>().Get();
        var check = services.GetRequiredService<EventFabric.Configuration.Plans.PlanCheck>();
        var traits = new ReceiveTraits(AckMode.PerRecord, ReleaseMode.Now, TimeSpan.Zero, null, TimeSpan.MaxValue, false, false, 100, TimeSpan.Zero, false, new CloudEventsBinding("ce_", "content-type"));
        var failed = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => check.AfterOpen(plan.Subscriptions[0], traits));
        Assert.Equal(
            [
                "EventFabric:Subscriptions:billing:Ordering: broker \"default\" (Fake) does not keep the order of a key for this group, so PerKey cannot be kept; write \"Ordering\": \"None\"",
                "EventFabric:Subscriptions:billing:OnExhausted: ParkKey needs partitions that one member owns, which broker \"default\" (Fake) does not give this group; write DeadLetter, Block or Drop",
            ],
            failed.Failures);
        check.AfterOpen(plan.Subscriptions[0], traits with { Ack = AckMode.Cumulative, Partitioned = true });
    }

    [Fact]
    public void After_a_refusal_the_connections_are_disposed_and_each_call_says_so_again()
    {
        var driver = new FakeDriver();
        var services = Fabric.Services([Fabric.Good, """{ "EventFabric": { "Channels": { "orders": { "Broker": "x" } } } }"""], driver: driver);
        var source = services.GetRequiredService<EventFabric.Configuration.Plans.FabricPlanSource>();
        var first = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(source.Get);
        var second = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(source.Get);
        Assert.Equal(first.Failures, second.Failures);
        Assert.True(Assert.Single(driver.Made).IsDisposed);
    }

    private sealed class Batches : IEventBatchHandler<OrderPlaced>
    {
        public ValueTask<BatchSettlement> HandleAsync(IReadOnlyList<EventContext<OrderPlaced>> batch, CancellationToken cancellationToken) =>
            new(Settlement.Ack);
    }
}
