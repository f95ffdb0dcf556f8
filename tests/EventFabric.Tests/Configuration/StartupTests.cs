using EventFabric.Configuration;
using EventFabric.Configuration.Plans;
using EventFabric.Configuration.Startup;
using EventFabric.Drivers;
using EventFabric.Scheduling;
using EventFabric.Subscribing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EventFabric.Tests.Configuration;

/// <summary>The host's start and stop: provisioning, then subscriptions; brokers that are away; draining.</summary>
public sealed class StartupTests : IDisposable
{
    private readonly FakeDriver _driver = new();
    private readonly Loops _loops = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _log = new();

    private static CancellationToken Cancelled => new(canceled: true);

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Create_makes_what_is_missing_before_the_subscriptions_start()
    {
        await using var services = Services("\"Provisioning\": \"Create\"", "billing");
        await Start(services);
        Assert.Equal(["orders", "orders-workers-dlq", "readings"], _driver.Topology.There.Order(StringComparer.Ordinal));
        Assert.Equal(
            ["DeadLetter:orders-workers-dlq:", "Main:orders:", "Main:orders:workers", "Main:readings:"],
            _driver.Topology.Asked.Order(StringComparer.Ordinal));
        Assert.Equal(["billing starts"], _loops.Events);
    }

    [Fact]
    public async Task Validate_fails_the_start_with_everything_that_is_missing_and_creates_nothing()
    {
        _driver.Topology.There.Add("orders");
        await using var services = Services("\"Provisioning\": \"Validate\"", "billing");
        var failed = await Assert.ThrowsAsync<OptionsValidationException>(() => Start(services));
        Assert.Equal(
            [
                "EventFabric:Brokers:default:Provisioning: readings is missing, and Validate creates nothing; create it, or write \"Create\"",
                "EventFabric:Brokers:default:Provisioning: orders-workers-dlq is missing, and Validate creates nothing; create it, or write \"Create\"",
            ],
            failed.Failures);
        Assert.Equal(["orders"], _driver.Topology.There);
        Assert.DoesNotContain("billing starts", _loops.Events);
    }

    [Fact]
    public async Task Validate_passes_when_all_is_there()
    {
        _driver.Topology.There.UnionWith(["orders", "readings", "orders-workers-dlq"]);
        await using var services = Services("\"Provisioning\": \"Validate\"", "billing");
        await Start(services);
        Assert.Equal(["billing starts"], _loops.Events);
    }

    [Theory]
    [InlineData("Create")]
    [InlineData("Validate")]
    public async Task What_loses_events_fails_the_start(string provisioning)
    {
        _driver.Topology.There.UnionWith(["orders", "readings", "orders-workers-dlq"]);
        _driver.Topology.Unsafe.Add(new("orders", TopologyState.Unsafe, "retention", "1h", "7d", false));
        await using var services = Services($"\"Provisioning\": \"{provisioning}\"", "billing");
        var failed = await Assert.ThrowsAsync<OptionsValidationException>(() => Start(services));
        Assert.Equal(["EventFabric:Brokers:default:Provisioning: orders has retention 1h, which loses events or their order; make it 7d"], failed.Failures);
    }

    [Fact]
    public async Task Validate_fails_the_start_with_everything_that_differs_and_says_what_can_be_done()
    {
        _driver.Topology.There.UnionWith(["orders", "readings", "orders-workers-dlq"]);
        _driver.Topology.Unsafe.Add(new("orders", TopologyState.Drift, "retention", "1h", "7d", false));
        _driver.Topology.Unsafe.Add(new("readings", TopologyState.Drift, "partitions", "3", "4", true));
        await using var services = Services("\"Provisioning\": \"Validate\"", "billing");
        var failed = await Assert.ThrowsAsync<OptionsValidationException>(() => Start(services));
        Assert.Equal(
            [
                "EventFabric:Brokers:default:Provisioning: orders has retention 1h, and 7d is configured; make it 7d, or configure 1h, or write \"Assume\"",
                "EventFabric:Brokers:default:Provisioning: readings has partitions 3, and 4 is configured; " +
                "configure 3, since changing it at the broker moves keys or loses events, or write \"Assume\"",
            ],
            failed.Failures);
    }

    [Fact]
    public async Task Create_changes_nothing_that_is_there_and_logs_what_differs()
    {
        _driver.Topology.There.UnionWith(["orders", "readings", "orders-workers-dlq"]);
        _driver.Topology.Unsafe.Add(new("readings", TopologyState.Drift, "partitions", "3", "4", true));
        await using var services = Services("\"Provisioning\": \"Create\"", "billing");
        await Start(services);
        Assert.Contains("Broker default: readings is Drift: partitions is 3, wanted is 4.", _log.Lines);
    }

    [Fact]
    public async Task Assume_does_not_look()
    {
        await using var services = Services("\"Provisioning\": \"Assume\"", "billing");
        await Start(services);
        Assert.Empty(_driver.Topology.Asked);
        Assert.Equal(["billing starts"], _loops.Events);
    }

    [Fact]
    public async Task A_bad_configuration_fails_the_start()
    {
        await using var services = Services("\"MaxEventBytes\": 1", "billing");
        var failed = await Assert.ThrowsAsync<OptionsValidationException>(() => Start(services));
        Assert.Equal(["EventFabric:MaxEventBytes: \"1\" is out of range; write 1024 to 1073741824"], failed.Failures);
    }

    [Fact]
    public async Task A_subscription_without_a_handler_here_or_not_enabled_is_logged_and_not_started()
    {
        await using var services = Services("\"Provisioning\": \"Create\", \"Subscriptions\": { \"billing\": { \"Enabled\": false } }", "billing");
        await Start(services);
        Assert.Empty(_loops.Events);
        Assert.Equal(
            ["Subscription billing is not enabled and is not started.", "Subscription mail has no handler in this process and is not started."],
            _log.Lines.Where(static line => line.Contains("not started", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(_driver.Topology.There, static address => address.EndsWith("-dlq", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unreachable_broker_does_not_fail_the_start_and_is_tried_again()
    {
        _driver.Topology.Away = 3;
        await using var services = Services("\"Provisioning\": \"Create\"", "billing");
        await Start(services);
        Assert.Empty(_loops.Events);
        await UntilAsync(() => _loops.Events.Count > 0);
        Assert.Equal(["billing starts"], _loops.Events);
        Assert.Equal(3, _log.Lines.Count(static line => line.StartsWith("Broker default cannot be reached yet", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task With_StartupTimeout_the_start_waits_and_fails_after_it()
    {
        _driver.Topology.Away = int.MaxValue;
        await using var services = Services("\"Provisioning\": \"Create\", \"StartupTimeout\": \"30s\"", "billing");
        var start = Start(services);
        Assert.False(start.IsCompleted);
        await UntilAsync(() => start.IsCompleted);
        var failed = await Assert.ThrowsAsync<EventFabricException>(() => start);
        Assert.Equal(EventFabricErrorKind.Unavailable, failed.Kind);
        Assert.Equal("Broker \"default\" (Fake) did not answer within StartupTimeout (30s). Remove the setting to start without the broker.", failed.Message);
        Assert.IsType<TimeoutException>(failed.InnerException);
    }

    [Fact]
    public async Task With_StartupTimeout_a_broker_that_answers_in_time_starts()
    {
        _driver.Topology.Away = 4;
        await using var services = Services("\"Provisioning\": \"Create\", \"StartupTimeout\": \"30s\"", "billing");
        var start = Start(services);
        await UntilAsync(() => start.IsCompleted);
        await start;
        Assert.Equal(["billing starts"], _loops.Events);
    }

    [Fact]
    public async Task A_broker_that_never_answers_does_not_hold_the_start()
    {
        _loops.Hangs = true;
        await using var services = Services("\"Provisioning\": \"Create\"", "billing");
        var start = Start(services);
        Assert.False(start.IsCompleted);
        await UntilAsync(() => start.IsCompleted);
        await start;
        await Stop(services, default);
    }

    [Fact]
    public async Task What_the_broker_refuses_fails_the_start_and_stops_what_had_started()
    {
        _loops.Refuses = "mail";
        await using var services = Services("\"Provisioning\": \"Create\"", "billing", "mail");
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Start(services));
        Assert.Equal(["billing starts", "mail starts", "billing stops at once", "mail stops at once", "billing is disposed", "mail is disposed"], _loops.Events);
    }

    [Fact]
    public async Task A_stop_drains_all_subscriptions_and_the_host_can_start_again()
    {
        await using var services = Services("\"Provisioning\": \"Create\"", "billing", "mail");
        await Start(services);
        await Stop(services, default);
        await Start(services);
        Assert.Equal(
            ["billing starts", "mail starts", "billing stops", "mail stops", "billing is disposed", "mail is disposed", "billing starts", "mail starts"],
            _loops.Events);
        await Stop(services, Cancelled);
        Assert.Contains(_log.Lines, static line => line.StartsWith("The host gave up waiting while subscriptions were still draining", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_is_disposed_without_a_stop_ends_its_subscriptions()
    {
        var services = Services("\"Provisioning\": \"Create\"", "billing");
        await Start(services);
        await services.DisposeAsync();
        Assert.Equal(["billing starts", "billing stops at once", "billing is disposed"], _loops.Events);
    }

    [Fact]
    public async Task Stopping_ends_the_tries_behind_the_start()
    {
        _driver.Topology.Away = int.MaxValue;
        await using var services = Services("\"Provisioning\": \"Create\"", "billing");
        await Start(services);
        await Stop(services, default);
        var tries = int.MaxValue - _driver.Topology.Away;
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(tries, int.MaxValue - _driver.Topology.Away);
    }

    [Fact]
    public async Task A_publisher_without_a_host_has_its_channels_created()
    {
        await using var services = Services("\"Provisioning\": \"Create\"");
        var runtime = services.GetRequiredService<FabricRuntime>();
        await runtime.Provisioner.EnsureCreatedAsync(runtime.Plan.Brokers["default"], default);
        await runtime.Provisioner.EnsureCreatedAsync(runtime.Plan.Brokers["default"], default);
        Assert.Equal(["orders", "readings"], _driver.Topology.There.Order(StringComparer.Ordinal));
        Assert.Equal(2, _driver.Topology.Asked.Count);
    }

    [Fact]
    public async Task Connections_are_disposed_with_the_container()
    {
        var services = Services("\"Provisioning\": \"Create\"", "billing");
        await Start(services);
        await services.DisposeAsync();
        Assert.True(Assert.Single(_driver.Made).IsDisposed);
    }

    private static Task Start(ServiceProvider services) => services.GetServices<IHostedService>().OfType<FabricHostedService>().Single().StartAsync(default);

    private static Task Stop(ServiceProvider services, CancellationToken cancellationToken) =>
        services.GetServices<IHostedService>().OfType<FabricHostedService>().Single().StopAsync(cancellationToken);

    private ServiceProvider Services(string json, params string[] handled) => Fabric.Services(
        [Fabric.Good, $"{{ \"EventFabric\": {{ {json} }} }}"],
        builder =>
        {
            builder.Services.AddSingleton<ISubscriptionLoopFactory>(_loops);
            builder.Services.AddSingleton<WorkScheduler>(new ThreadPoolScheduler(_time));
            builder.Services.AddSingleton<ILoggerFactory>(_log);
            foreach (var subscription in handled) builder.AddHandler<OrderPlaced>(subscription, static (_, _) => new(Settlement.Ack));
        },
        _driver);

    /// <summary>Moves the clock until the condition holds.</summary>
    private async Task UntilAsync(Func<bool> condition)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(10))
        {
            if (condition()) return;
            _time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Yield();
        }

        Assert.Fail($"Still not so after {_time.GetUtcNow() - _time.Start}; log:\n{string.Join('\n', _log.Lines)}");
    }

    private sealed class Loops : ISubscriptionLoopFactory
    {
        public List<string> Events { get; } = [];

        public string? Refuses { get; set; }

        public bool Hangs { get; set; }

        public ISubscriptionLoop Create(SubscriptionPlan plan) => new Loop(this, plan.Name);

        private sealed class Loop(Loops loops, string name) : ISubscriptionLoop
        {
            public async Task StartAsync(CancellationToken cancellationToken)
            {
                loops.Events.Add($"{name} starts");
                if (loops.Refuses == name) throw new UnauthorizedAccessException();
                if (loops.Hangs) await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            public Task StopAsync(CancellationToken cancellationToken)
            {
                loops.Events.Add(cancellationToken.IsCancellationRequested ? $"{name} stops at once" : $"{name} stops");
                return Task.CompletedTask;
            }

            public ValueTask DisposeAsync()
            {
                loops.Events.Add($"{name} is disposed");
                return ValueTask.CompletedTask;
            }
        }
    }
}
