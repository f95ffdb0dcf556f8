using EventFabric.Configuration;
using EventFabric.Drivers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Configuration;

/// <summary>What the builder's methods collect and what they refuse at the call.</summary>
public sealed class RegistrationTests
{
    private readonly ServiceCollection _services = new();

    [Fact]
    public void A_second_AddEventFabric_returns_the_same_builder()
    {
        var section = Fabric.Configuration([Fabric.Good]).GetSection("EventFabric");
        var first = _services.AddEventFabric();
        Assert.Same(first, _services.AddEventFabric(section));
        Assert.Same(first, _services.AddEventFabric());
        Assert.Same(section, EventFabricBuilder.Of(first).Section);
        Assert.Single(_services, static service => service.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService));
    }

    [Fact]
    public void Two_different_sections_are_refused()
    {
        var configuration = Fabric.Configuration([Fabric.Good]);
        _services.AddEventFabric(configuration.GetSection("EventFabric"));
        var refused = Assert.Throws<InvalidOperationException>(() => _services.AddEventFabric(configuration.GetSection("Other")));
        Assert.Equal(
            "AddEventFabric was called with the sections \"EventFabric\" and \"Other\". An application has one: pass it in the first call and call AddEventFabric() without a section elsewhere.",
            refused.Message);
    }

    [Fact]
    public void The_same_section_may_be_given_twice()
    {
        var configuration = Fabric.Configuration([Fabric.Good]);
        Assert.Same(_services.AddEventFabric(configuration.GetSection("EventFabric")), _services.AddEventFabric(configuration.GetSection("EventFabric")));
    }

    [Fact]
    public void An_event_type_is_added_once()
    {
        var builder = _services.AddEventFabric().AddEvent<OrderPlaced>("orders");
        var refused = Assert.Throws<InvalidOperationException>(() => builder.AddEvent<OrderPlaced>("payments"));
        Assert.Equal(
            "AddEvent<EventFabric.Tests.Configuration.OrderPlaced> was called twice. An event type is registered once: put channel, key and type into one call.",
            refused.Message);
    }

    [Fact]
    public void A_handler_brings_its_event_along_and_AddEvent_before_or_after_it_wins()
    {
        var builder = _services.AddEventFabric()
            .AddHandler<OrderPlaced>("billing", static (_, _) => new(Settlement.Ack))
            .AddEvent<OrderPlaced>("orders", static order => order.OrderId)
            .AddHandler<OrderPlaced>("mail", static (_, _) => new(Settlement.Ack))
            .AddHandler<Reading>("mail", static (_, _) => new(Settlement.Ack));
        var events = EventFabricBuilder.Of(builder).Events;
        Assert.Equal([("OrderPlaced", "orders", false), ("Reading", null, true)], events.Select(static known => (known.ClrType.Name, known.Channel, known.Implied)));
    }

    [Fact]
    public void One_handler_per_event_type_and_subscription()
    {
        var builder = _services.AddEventFabric().AddHandler<OrderPlaced>("billing", static (_, _) => new(Settlement.Ack));
        builder.AddHandler<OrderPlaced>("mail", static (_, _) => new(Settlement.Ack)).AddHandler<Reading>("billing", static (_, _) => new(Settlement.Ack));
        var refused = Assert.Throws<InvalidOperationException>(() => builder.AddHandler<OrderPlaced, Handler>("Billing"));
        Assert.Equal(
            "Subscription \"Billing\" already has a handler for EventFabric.Tests.Configuration.OrderPlaced. There is one handler per event type and subscription: for a second one add a second subscription with a group of its own.",
            refused.Message);
    }

    [Fact]
    public void An_event_type_has_one_upcaster()
    {
        var builder = _services.AddEventFabric().AddUpcaster<Reading, OrderPlaced>(static reading => new(reading.DeviceId));
        var refused = Assert.Throws<InvalidOperationException>(() => builder.AddUpcaster<Reading, OrderPlaced>(static reading => new(reading.DeviceId)));
        Assert.Equal("EventFabric.Tests.Configuration.Reading already has an upcaster. An event type becomes one other type: chain the upcasters instead.", refused.Message);
    }

    [Fact]
    public void A_handler_is_scoped_unless_the_application_says_otherwise()
    {
        _services.AddEventFabric().AddHandler<OrderPlaced, Handler>("billing").AddHandler<OrderPlaced, Handler>("mail");
        Assert.Equal(ServiceLifetime.Scoped, Assert.Single(_services, static service => service.ServiceType == typeof(Handler)).Lifetime);
        var own = new ServiceCollection();
        own.AddSingleton<Handler>().AddEventFabric().AddHandler<OrderPlaced, Handler>("billing");
        Assert.Equal(ServiceLifetime.Singleton, Assert.Single(own, static service => service.ServiceType == typeof(Handler)).Lifetime);
    }

    [Fact]
    public void Blank_names_are_refused_at_the_call()
    {
        var builder = _services.AddEventFabric();
        Assert.Throws<ArgumentException>("channel", () => builder.AddEvent<OrderPlaced>(" "));
        Assert.Throws<ArgumentException>("subscription", () => builder.AddHandler<OrderPlaced, Handler>(""));
        Assert.Throws<ArgumentNullException>("handler", () => builder.AddHandler<OrderPlaced>("billing", null!));
        Assert.Throws<ArgumentNullException>("resolver", () => builder.AddJson(null!));
    }

    [Fact]
    public void A_builder_over_foreign_services_is_refused()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new Foreign().AddEvent<OrderPlaced>());
        Assert.Equal("The builder's services know no EventFabric: call services.AddEventFabric() first.", refused.Message);
    }

    [Fact]
    public void A_credential_prints_everything_but_its_secret()
    {
        var credential = new Credential("hunter2", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "shop");
        Assert.Equal("Credential { Principal = shop, ExpiresAt = 2026-01-02 03:04:05Z, Secret = *** }", credential.ToString());
        Assert.Equal("Credential { Principal = none, ExpiresAt = none, Secret = *** }", new Credential("hunter2").ToString());
    }

    [Fact]
    public void A_driver_whose_fallback_is_not_the_options_own_value_is_found() => Assert.Equal(
        "The driver reads EventFabric:Brokers:default:Wrong:Lease with a fallback that is not the options object's own value; pass options.X as the fallback of X.",
        Assert.Throws<InvalidOperationException>(() => Bind(static (reader, options) =>
            options.Lease = reader.Duration("Lease", "A lease.", TimeSpan.FromSeconds(30), TimeSpan.Zero, TimeSpan.FromHours(1))!.Value)).Message);

    [Fact]
    public void A_driver_reads_each_key_once() => Assert.Equal(
        "EventFabric:Brokers:default:Wrong:Url is read twice; each key is read once.",
        Assert.Throws<InvalidOperationException>(() => Bind(static (reader, options) =>
        {
            reader.Text("Url", "Where.", options.Url);
            reader.Text("URL"[..1] + "rl", "Where.", options.Url);
        })).Message);

    private static void Bind(Action<SettingsReader, FakeOptions> read)
    {
        var section = Fabric.Configuration(["""{ "Wrong": { "Lease": "5s" } }"""]).GetSection("Wrong");
        var session = new EventFabric.Configuration.Reading.SettingsSession(EventFabric.Configuration.Reading.SettingsPass.File);
        new BrokerBinding("default", section, "EventFabric:Brokers:default:Wrong", null, session).Bind(read);
    }

    private sealed class Handler : IEventHandler<OrderPlaced>
    {
        public ValueTask<Settlement> HandleAsync(EventContext<OrderPlaced> context, CancellationToken cancellationToken) => new(Settlement.Ack);
    }

    private sealed class Foreign : IEventFabricBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}
