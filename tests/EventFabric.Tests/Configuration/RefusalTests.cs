using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Configuration;

/// <summary>What the reader refuses: every message is the contract, since it is what a user acts on.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("\"Grup\": \"x\"", "EventFabric:Grup: unknown key; did you mean \"Group\"?")]
    [InlineData("\"Channels\": { \"orders\": { \"Adress\": \"x\" } }", "EventFabric:Channels:orders:Adress: unknown key; did you mean \"Address\"?")]
    [InlineData("\"Subscriptions\": { \"billing\": { \"Retry\": { \"BaseDelai\": \"1s\" } } }", "EventFabric:Subscriptions:billing:Retry:BaseDelai: unknown key; did you mean \"BaseDelay\"?")]
    [InlineData("\"Subscriptions\": { \"billing\": { \"Retry\": { \"Colour\": \"1s\" } } }", "EventFabric:Subscriptions:billing:Retry:Colour: unknown key; known here: BaseDelay, Delayed, MaxAttempts, MaxDelay")]
    [InlineData("\"SubscriptionDefaults\": { \"Ordring\": \"None\" }", "EventFabric:SubscriptionDefaults:Ordring: unknown key; did you mean \"Ordering\"?")]
    [InlineData("\"Brokers\": { \"default\": { \"Kafak\": {} } }", "EventFabric:Brokers:default:Kafak: unknown key; did you mean \"Kafka\"?")]
    [InlineData("\"Channels\": { \"orders\": { \"Fakee\": { \"Partitions\": 3 } } }", "EventFabric:Channels:orders:Fakee: unknown key; did you mean \"Fake\"?")]
    [InlineData("\"Channels\": { \"orders\": { \"Fake\": { \"Partition\": 3 } } }", "EventFabric:Channels:orders:Fake:Partition: unknown key; did you mean \"Partitions\"?")]
    [InlineData("\"Brokers\": { \"default\": { \"Fake\": { \"Uri\": \"x\" } } }", "EventFabric:Brokers:default:Fake:Uri: unknown key; did you mean \"Url\"?")]
    public void An_unknown_key_names_the_nearest_valid_one(string json, string problem) => Assert.Equal(problem, Fabric.ProblemsWith(json));

    [Theory]
    [InlineData("\"DrainTimeout\": 30", "EventFabric:DrainTimeout: \"30\" has no unit; write \"30s\" for seconds, or ms, m, h, d")]
    [InlineData("\"DrainTimeout\": \"24:00:00\"", "EventFabric:DrainTimeout: \"24:00:00\" has 24 hours, but hh goes to 23; write \"24h\" or d.hh:mm:ss")]
    [InlineData("\"DrainTimeout\": \"soon\"", "EventFabric:DrainTimeout: \"soon\" is not a duration; write a number with a unit (\"500ms\", \"30s\", \"5m\", \"24h\", \"7d\") or [d.]hh:mm:ss")]
    [InlineData("\"MaxPendingPublishes\": \"many\"", "EventFabric:MaxPendingPublishes: \"many\" is not a whole number; write digits only")]
    [InlineData("\"MaxPendingPublishes\": 1.5", "EventFabric:MaxPendingPublishes: \"1.5\" is not a whole number; write digits only")]
    [InlineData("\"MaxPendingPublishes\": \"99999999999999999999\"", "EventFabric:MaxPendingPublishes: \"99999999999999999999\" is not a whole number; write digits only")]
    [InlineData("\"Provisioning\": \"Creat\"", "EventFabric:Provisioning: \"Creat\" is not one of Create, Validate, Assume; did you mean \"Create\"?")]
    [InlineData("\"Provisioning\": \"1\"", "EventFabric:Provisioning: \"1\" is not one of Create, Validate, Assume")]
    [InlineData("\"Subscriptions\": { \"billing\": { \"Enabled\": \"yes\" } }", "EventFabric:Subscriptions:billing:Enabled: \"yes\" is not a flag; write true or false")]
    [InlineData("\"Subscriptions\": { \"billing\": { \"Start\": \"2026-01-31T00:00:00\" } }", "EventFabric:Subscriptions:billing:Start: \"2026-01-31T00:00:00\" is not a start position; write \"Earliest\", \"Latest\" or a time with its offset, \"2026-01-31T00:00:00Z\"")]
    [InlineData("\"Brokers\": { \"default\": { \"Fake\": { \"Weight\": \"half\" } } }", "EventFabric:Brokers:default:Fake:Weight: \"half\" is not a number; write digits with a decimal point, \"0.5\"")]
    [InlineData("\"Group\": \"\"", "EventFabric:Group: \"\" is empty; write a value or remove the key")]
    public void A_value_of_the_wrong_kind_says_what_to_write(string json, string problem) => Assert.Equal(problem, Fabric.ProblemsWith(json));

    [Theory]
    [InlineData("\"MaxPendingPublishes\": 0", "EventFabric:MaxPendingPublishes: \"0\" is out of range; write 1 to 1000000")]
    [InlineData("\"PublishTimeout\": \"2h\"", "EventFabric:PublishTimeout: \"2h\" is out of range; write 1ms to 1h")]
    [InlineData("\"PublishTimeout\": \"-5s\"", "EventFabric:PublishTimeout: \"-5s\" is out of range; write 1ms to 1h")]
    [InlineData("\"Subscriptions\": { \"billing\": { \"Retry\": { \"MaxAttempts\": 0 } } }", "EventFabric:Subscriptions:billing:Retry:MaxAttempts: \"0\" is out of range; write 1 to 1000")]
    [InlineData("\"Channels\": { \"orders\": { \"Fake\": { \"Partitions\": 101 } } }", "EventFabric:Channels:orders:Fake:Partitions: \"101\" is out of range; write 1 to 100")]
    [InlineData("\"Brokers\": { \"default\": { \"Fake\": { \"Limits\": { \"Rate\": 11 } } } }", "EventFabric:Brokers:default:Fake:Limits:Rate: \"11\" is out of range; write 1 to 10")]
    public void A_value_out_of_range_says_the_range(string json, string problem) => Assert.Equal(problem, Fabric.ProblemsWith(json));

    [Theory]
    [InlineData("\"Group\": [ \"a\", \"b\" ]", "EventFabric:Group: is a list; write one value")]
    [InlineData("\"Group\": { \"Name\": \"a\" }", "EventFabric:Group: holds other keys; write one value")]
    [InlineData("\"Channels\": [ { \"Address\": \"a\" } ]", "EventFabric:Channels:0: is an entry of a list; write a section with a name")]
    [InlineData("\"Subscriptions\": { \"billing\": { \"Retry\": \"fast\" } }", "EventFabric:Subscriptions:billing:Retry: is one value; write a section with its settings below it")]
    [InlineData("\"Channels\": { \"orders\": \"shop.orders\" }", "EventFabric:Channels:orders: is one value; write a section with its settings below it")]
    [InlineData("\"Brokers\": { \"default\": { \"Fake\": { \"Properties\": { \"a\": { \"b\": \"c\" } } } } }", "EventFabric:Brokers:default:Fake:Properties:a: holds other keys; write one value")]
    [InlineData("\"Subscriptions\": { \"billing\": { \"Retry\": [ \"1s\" ] } }", "EventFabric:Subscriptions:billing:Retry:0: is an entry of a list; settings hold no lists, since files would merge them by index")]
    public void Lists_and_misplaced_sections_are_refused(string json, string problem) => Assert.Equal(problem, Fabric.ProblemsWith(json));

    [Theory]
    [InlineData("my-orders")]
    [InlineData("my.orders")]
    [InlineData("1st")]
    [InlineData("my__orders")]
    [InlineData("_orders")]
    [InlineData("bestellungen_ü")]
    public void A_name_that_an_environment_variable_cannot_say_is_refused(string name) => Assert.Equal(
        $"EventFabric:Channels:{name}: \"{name}\" is not a name; write letters, digits and single underscores, beginning with a letter, so that it can be set from the environment everywhere",
        Fabric.ProblemsWith($"\"Channels\": {{ \"{name}\": {{}} }}"));

    [Theory]
    [InlineData("\"MaxPerSecond\": 10", "MaxPerSecond: this feature is not in this version of EventFabric; remove the key")]
    [InlineData("\"Circuit\": { \"Enabled\": true }", "Circuit:Enabled: this feature is not in this version of EventFabric; remove the key or write false")]
    [InlineData("\"Circuit\": { \"FailureRatio\": 0.5 }", "Circuit:FailureRatio: this feature is not in this version of EventFabric; remove the key")]
    [InlineData("\"Circuit\": { \"Window\": \"1m\" }", "Circuit:Window: this feature is not in this version of EventFabric; remove the key")]
    [InlineData("\"Inbox\": { \"Store\": \"Memory\" }", "Inbox:Store: this feature is not in this version of EventFabric; remove the key")]
    [InlineData("\"Inbox\": { \"MaxEntries\": 5 }", "Inbox:MaxEntries: this feature is not in this version of EventFabric; remove the key")]
    [InlineData("\"Retry\": { \"Delayed\": \"1m, 10m\" }", "Retry:Delayed: this feature is not in this version of EventFabric; remove the key")]
    public void A_setting_of_a_later_version_is_refused(string json, string problem) =>
        Assert.Equal($"EventFabric:Subscriptions:billing:{problem}", Fabric.ProblemsWith($"\"Subscriptions\": {{ \"billing\": {{ {json} }} }}"));

    [Fact]
    public void Delayed_delivery_is_refused_until_it_is_there() => Assert.Equal(
        "EventFabric:Channels:orders:DelayedDelivery: this feature is not in this version of EventFabric; remove the key or write false",
        Fabric.ProblemsWith("\"Channels\": { \"orders\": { \"DelayedDelivery\": true } }"));

    [Fact]
    public void What_a_later_version_has_may_be_written_as_off() => Fabric.PlanWith(
        "\"Channels\": { \"orders\": { \"DelayedDelivery\": false } }, \"Subscriptions\": { \"billing\": { \"Circuit\": { \"Enabled\": false }, \"Retry\": { \"Delayed\": \"\" }, \"MaxPerSecond\": null } }");

    [Fact]
    public void Every_problem_is_in_the_one_exception() => Assert.Equal(
        """
        EventFabric:Brokers:default:Fake:Lease: "30" has no unit; write "30s" for seconds, or ms, m, h, d
        EventFabric:Channels:my-orders: "my-orders" is not a name; write letters, digits and single underscores, beginning with a letter, so that it can be set from the environment everywhere
        EventFabric:Group: is a list; write one value
        EventFabric:SubscriptionDefaults:HandlerTimeout: "0s" is out of range; write 1ms to 1d
        EventFabric:Subscriptions:billing:Channel: no channel is called "order"; did you mean "orders"?
        EventFabric:Subscriptions:billing:OnExhausted: "Parkkey " is not one of DeadLetter, ParkKey, Block, Drop; did you mean "ParkKey"?
        EventFabric:Subscriptions:shipping: AddHandler<OrderPlaced> names this subscription, and it does not stand here; write "shipping": {} (known here: billing, mail)
        """.ReplaceLineEndings("\n"),
        Fabric.ProblemsWith(
            """
            "Group": [ "a" ],
            "Brokers": { "default": { "Fake": { "Lease": "30" } } },
            "Channels": { "my-orders": {} },
            "SubscriptionDefaults": { "HandlerTimeout": "0s" },
            "Subscriptions": { "billing": { "Channel": "order", "OnExhausted": "Parkkey " } }
            """,
            static builder => builder.AddHandler<OrderPlaced>("shipping", static (_, _) => new(Settlement.Ack))));

    [Fact]
    public void A_secret_stands_in_no_message()
    {
        var problems = Fabric.ProblemsWith(
            "\"Brokers\": { \"default\": { \"Fake\": { \"Password\": \"  \", \"Passwort\": \"hunter2\" } } }");
        Assert.Equal(
            """
            EventFabric:Brokers:default:Fake:Password: the secret is empty; write a value or remove the key
            EventFabric:Brokers:default:Fake:Passwort: unknown key; did you mean "Password"?
            """.ReplaceLineEndings("\n"),
            problems);
    }

    [Fact]
    public void A_long_value_is_cut_in_the_message() => Assert.Equal(
        $"EventFabric:Provisioning: \"{new string('x', 80)}...\" is not one of Create, Validate, Assume",
        Fabric.ProblemsWith($"\"Provisioning\": \"{new string('x', 5000)}\""));
}
