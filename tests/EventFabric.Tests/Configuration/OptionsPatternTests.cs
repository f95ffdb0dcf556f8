using EventFabric.Configuration.Plans;
using EventFabric.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace EventFabric.Tests.Configuration;

/// <summary>Configuration first, then every Configure, then every PostConfigure; what code sets is checked like what files say.</summary>
public sealed class OptionsPatternTests
{
    [Fact]
    public void Code_comes_after_the_file_and_PostConfigure_comes_last()
    {
        var plan = Fabric.PlanWith(
            "\"Subscriptions\": { \"billing\": { \"MaxConcurrency\": 2, \"Retry\": { \"MaxAttempts\": 2 } } }",
            static builder => builder.Services
                .PostConfigure<SubscriptionOptions>("billing", static options => options.MaxConcurrency += 100)
                .Configure<SubscriptionOptions>("billing", static options => options.MaxConcurrency *= 10)
                .ConfigureAll<SubscriptionOptions>(static options => options.Group = "all")
                .Configure<EventFabricOptions>(static options => options.DrainTimeout = TimeSpan.FromSeconds(3))
                .Configure<ChannelOptions>("orders", static options => options.Address = "by-code")
                .PostConfigureAll<SubscriptionOptions>(static options => options.Group += options.Channel is null ? "-null" : "-" + options.MaxConcurrency));
        Assert.Equal(120, plan.Subscriptions[0].MaxConcurrency);
        Assert.Equal(16, plan.Subscriptions[1].MaxConcurrency);
        Assert.Equal(("all-120", "all-16"), (plan.Subscriptions[0].Group, plan.Subscriptions[1].Group));
        Assert.Equal(2, plan.Subscriptions[0].Retry.MaxAttempts);
        Assert.Equal(TimeSpan.FromSeconds(3), plan.DrainTimeout);
        Assert.Equal("by-code", plan.Channels["orders"].Address);
    }

    [Fact]
    public void Code_registered_before_AddEventFabric_comes_after_the_file_as_well()
    {
        var services = new ServiceCollection();
        services.Configure<SubscriptionOptions>("billing", static options => options.MaxConcurrency = 7);
        services.AddEventFabric(Fabric.Configuration([Fabric.Good, """{ "EventFabric": { "Subscriptions": { "billing": { "MaxConcurrency": 3 } } } }"""]).GetSection("EventFabric"));
        services.AddSingleton<IBrokerDriver>(new FakeDriver());
        Assert.Equal(7, services.BuildServiceProvider().GetRequiredService<FabricPlanSource>().Get().Subscriptions[0].MaxConcurrency);
    }

    [Fact]
    public void The_options_pattern_gives_what_the_library_uses()
    {
        var services = Fabric.Services(
            [Fabric.Good, """{ "EventFabric": { "SubscriptionDefaults": { "MaxConcurrency": 3 }, "Subscriptions": { "billing": { "HandlerTimeout": "9s" } } } }"""]);
        var options = services.GetRequiredService<IOptionsMonitor<SubscriptionOptions>>().Get("billing");
        Assert.Equal((3, TimeSpan.FromSeconds(9), "orders"), (options.MaxConcurrency, options.HandlerTimeout, options.Channel));
        Assert.Equal("workers", services.GetRequiredService<IOptions<EventFabricOptions>>().Value.Group);
        Assert.Equal("Fake", services.GetRequiredService<IOptionsMonitor<BrokerOptions>>().Get("default").Type);
    }

    [Fact]
    public void Values_set_by_code_are_checked_like_those_of_a_file() => Assert.Equal(
        """
        EventFabric:Brokers:default:Fake:Lease: "500ms", set by code, is out of range; write 1s to 12h
        EventFabric:Brokers:default:Fake:Url: is required and has no default
        EventFabric:Channels:orders:ContentMode: "9", set by code, is not one of Binary, Structured
        EventFabric:DrainTimeout: "2h", set by code, is out of range; write 0s to 1h
        EventFabric:Subscriptions:billing:Circuit:MinAttempts: this feature is not in this version of EventFabric; remove the key
        EventFabric:Subscriptions:billing:MaxConcurrency: "0", set by code, is out of range; write 1 to 10000
        EventFabric:Subscriptions:billing:MaxPerSecond: this feature is not in this version of EventFabric; remove the key
        EventFabric:Subscriptions:billing:Retry:Delayed: this feature is not in this version of EventFabric; remove the key
        """.ReplaceLineEndings("\n"),
        Fabric.Problems(Fabric.Good, static builder => builder.Services
            .Configure<EventFabricOptions>(static options => options.DrainTimeout = TimeSpan.FromHours(2))
            .Configure<ChannelOptions>("orders", static options => options.ContentMode = (ContentMode)9)
            .Configure<FakeOptions>("default", static options => (options.Url, options.Lease) = (null, TimeSpan.FromMilliseconds(500)))
            .Configure<SubscriptionOptions>("billing", static options =>
            {
                options.MaxConcurrency = 0;
                options.MaxPerSecond = 5;
                options.Circuit.MinAttempts = 3;
                options.Retry.Delayed = [TimeSpan.FromMinutes(1)];
            })));

    [Fact]
    public void The_circuit_may_be_switched_off_by_code() =>
        Fabric.Plan(Fabric.Good, static builder => builder.Services.ConfigureAll<SubscriptionOptions>(static options => options.Circuit.Enabled = false));

    [Fact]
    public void Batch_settings_of_code_need_a_batch_handler_too() => Assert.Equal(
        "EventFabric:Subscriptions:billing:Batch: is set, and the subscription has no batch handler; remove it, or add the handler with AddBatchHandler",
        Fabric.Problems(Fabric.Good, static builder => builder
            .AddHandler<OrderPlaced>("billing", static (_, _) => new(Settlement.Ack))
            .Services.Configure<SubscriptionOptions>("billing", static options => options.Batch.MaxSize = 7)));

    [Fact]
    public void Options_configured_under_a_name_that_is_not_there_are_found() => Assert.Equal(
        """
        EventFabric:Brokers: Configure<BrokerOptions>("defualt") names nothing that stands here; did you mean "default"?
        EventFabric:Channels: Configure<ChannelOptions>("") names nothing that stands here; pass its name as the first argument
        EventFabric:Subscriptions: Configure<SubscriptionOptions>("Billing") names nothing that stands here; did you mean "billing"?
        """.ReplaceLineEndings("\n"),
        Fabric.Problems(Fabric.Good, static builder => builder.Services
            .Configure<BrokerOptions>("defualt", static _ => { })
            .Configure<ChannelOptions>(static _ => { })
            .PostConfigure<SubscriptionOptions>("Billing", static _ => { })));

    [Fact]
    public void The_applications_own_validations_are_problems_among_the_others() => Assert.Equal(
        """
        EventFabric:Brokers:default:Fake: no secret places
        EventFabric:MaxEventBytes: "1" is out of range; write 1024 to 1073741824
        EventFabric:Subscriptions:billing: not more than 4 here
        """.ReplaceLineEndings("\n"),
        Fabric.ProblemsWith("\"MaxEventBytes\": 1", static builder =>
        {
            builder.Services.AddOptions<SubscriptionOptions>("billing").Validate(static options => options.MaxConcurrency <= 4, "not more than 4 here");
            builder.Services.AddOptions<FakeOptions>("default").Validate(static options => options.Url != "here", "no secret places");
        }));

    [Fact]
    public void A_drivers_options_are_read_then_configured()
    {
        var driver = new FakeDriver();
        Fabric.PlanWith(
            "\"Brokers\": { \"default\": { \"Fake\": { \"Url\": \"file\", \"Lease\": \"5s\", \"Weight\": \"0.25\", \"Limits\": { \"Rate\": 3 }, \"Properties\": { \"a.b\": \"1\", \"c\": \"2\" } } } }",
            static builder => builder.Services.ConfigureAll<FakeOptions>(static options => options.Lease *= 2),
            driver);
        var options = Assert.Single(driver.Made).Options;
        Assert.Equal(("file", TimeSpan.FromSeconds(10), 0.25, 3L), (options.Url, options.Lease, options.Weight, options.Rate));
        Assert.Equal([new("a.b", "1"), new("c", "2")], options.Properties.OrderBy(static pair => pair.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void A_driver_reports_problems_of_its_own() => Assert.Equal(
        "EventFabric:Brokers:default:Fake:Url: \"nowhere\" is not a place; write a place",
        Fabric.ProblemsWith("\"Brokers\": { \"default\": { \"Fake\": { \"Url\": \"nowhere\" } } }"));
}
