using System.Collections.Immutable;
using EventFabric.Configuration.Plans;
using EventFabric.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace EventFabric.Tests.Configuration;

/// <summary>What is logged and not refused, drivers that offer less, and where paths begin.</summary>
public sealed class WarningTests
{
    private const string LessDriver = "\"Brokers\": { \"default\": { \"Type\": \"Less\"";

    [Fact]
    public void Fewer_events_in_flight_than_handlers_is_a_warning()
    {
        using var log = new LogLines();
        Fabric.PlanWith("\"Subscriptions\": { \"billing\": { \"MaxInFlight\": 3 } }", builder => builder.Services.AddSingleton<ILoggerFactory>(log));
        Assert.Equal(
            "EventFabric:Subscriptions:billing:MaxInFlight: 3 is below MaxConcurrency 16: no more than 3 handlers can run at once.",
            Assert.Single(log.Lines));
    }

    [Fact]
    public void A_broker_that_cannot_be_inspected_is_assumed_and_that_is_logged()
    {
        using var log = new LogLines();
        var plan = Fabric.PlanWith(LessDriver + " } }", builder => Less(builder).Services.AddSingleton<ILoggerFactory>(log));
        Assert.Equal(Provisioning.Assume, plan.Brokers["default"].Provisioning);
        Assert.Equal("Broker default (Less) cannot be inspected: whether its channels are there shows when they are used.", Assert.Single(log.Lines));
    }

    [Theory]
    [InlineData("\"Provisioning\": \"Create\", " + LessDriver + " } }", "EventFabric:Provisioning: broker \"default\" (Less) can neither be inspected nor provisioned, so Create cannot be done")]
    [InlineData(LessDriver + ", \"Provisioning\": \"Validate\" } }", "EventFabric:Brokers:default:Provisioning: broker \"default\" (Less) can neither be inspected nor provisioned, so Validate cannot be done")]
    public void Provisioning_that_a_broker_cannot_do_is_refused_where_it_is_written(string json, string problem) => Assert.Equal(
        $"{problem}; write \"Provisioning\": \"Assume\" at Brokers:default",
        Fabric.ProblemsWith(json, static builder => Less(builder)));

    [Fact]
    public void Create_that_a_broker_cannot_do_is_refused_by_its_capability()
    {
        var driver = new FakeDriver();
        driver.Cells[Capability.Provisioning] = new(Capability.Provisioning, Support.Unsupported, "owned by others");
        Assert.Equal(
            "EventFabric:Brokers:default:Provisioning: Create needs the capability Provisioning, which broker \"default\" (Fake) does not have here (owned by others); write \"Validate\"",
            Fabric.ProblemsWith("\"Provisioning\": \"Create\"", driver: driver));
        Fabric.PlanWith("\"Provisioning\": \"Validate\"", driver: driver);
    }

    [Fact]
    public void A_driver_that_binds_nothing_has_no_settings() => Assert.Equal(
        "EventFabric:Brokers:default:Less:Url: unknown key; nothing stands here",
        Fabric.ProblemsWith(LessDriver + ", \"Less\": { \"Url\": \"x\" } } }", static builder => Less(builder)));

    [Theory]
    [InlineData("shop orders")]
    [InlineData("/köln")]
    public void A_source_that_is_no_URI_reference_is_refused(string source) => Assert.Equal(
        $"EventFabric:Source: \"{source}\" is not a URI reference of at most 1024 characters; write for example \"/shop/orders\"",
        Fabric.ProblemsWith($"\"Source\": \"{source}\""));

    [Fact]
    public void A_foreign_type_that_nobody_registered_is_refused_where_it_would_be_read()
    {
        const string json = "\"Channels\": { \"orders\": { \"ForeignType\": \"shop.order.plced.v1\" } }";
        Assert.Equal(
            "EventFabric:Channels:orders:ForeignType: no registered event has the type \"shop.order.plced.v1\"; did you mean \"shop.order.placed.v1\"?",
            Fabric.ProblemsWith(json, static builder => builder.AddHandler<OrderPlaced>("billing", static (_, _) => new(Settlement.Ack))));
        Fabric.PlanWith(json);
        Fabric.PlanWith(
            json.Replace("plced", "placed", StringComparison.Ordinal),
            static builder => builder.AddHandler<OrderPlaced>("billing", static (_, _) => new(Settlement.Ack)));
    }

    [Theory]
    [InlineData("Apps:Bus", "Apps:Bus:MaxEventBytes: ")]
    [InlineData(null, "MaxEventBytes: ")]
    public void Paths_begin_where_the_application_keeps_its_section(string? section, string begin)
    {
        var text = Fabric.Good[(Fabric.Good.IndexOf(':', StringComparison.Ordinal) + 1)..Fabric.Good.LastIndexOf('}')];
        var json = section is null ? text : $"{{ \"Apps\": {{ \"Bus\": {text} }} }}";
        var root = Fabric.Configuration([json.Replace("\"Group\"", "\"MaxEventBytes\": 1, \"Group\"", StringComparison.Ordinal)]);
        var services = new ServiceCollection();
        services.AddEventFabric(section is null ? root : root.GetSection(section));
        services.AddSingleton<IBrokerDriver>(new FakeDriver());
        using var provider = services.BuildServiceProvider();
        var failed = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<FabricPlanSource>().Get());
        Assert.StartsWith(begin, failed.Message, StringComparison.Ordinal);
    }

    private static IEventFabricBuilder Less(IEventFabricBuilder builder)
    {
        builder.Services.AddSingleton<IBrokerDriver>(new Driver());
        return builder;
    }

    /// <summary>A driver without options, without topology.</summary>
    private sealed class Driver : IBrokerDriver
    {
        public string Type => "Less";

        public IBrokerConnection Create(BrokerContext context) => new Connection();
    }

    private sealed class Connection : IBrokerConnection
    {
        public object? ReadChannel(SettingsReader settings) => null;

        public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues) =>
            [.. Enum.GetValues<Capability>().Select(static capability => new CapabilityCell(capability, Support.Native))];

        public string NameFor(ChannelPlan main, ChannelRole role, int tier) => main.Address + "-dlq";

        public ErrorInfo Classify(Exception error) => new(ErrorKind.Unknown, "unknown");

        public ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
