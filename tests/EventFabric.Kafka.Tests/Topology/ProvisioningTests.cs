using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using EventFabric.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace EventFabric.Kafka.Tests.Topology;

/// <summary>What a host does about topics when it starts.</summary>
public sealed class ProvisioningTests : IDisposable
{
    private readonly RawAdmin _admin = new();
    private readonly string _topic = $"t-{Guid.NewGuid():N}";

    [Fact]
    public async Task Create_makes_the_topic_and_its_dead_letters()
    {
        using var host = Build("Create", ("Channels:orders:Kafka:Partitions", "3"));
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, Partitions(_topic));
        Assert.Equal(KafkaServer.DefaultPartitions, Partitions($"{_topic}-billing-dlq"));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Validate_says_what_is_missing_and_makes_nothing()
    {
        using var host = Build("Validate");
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            [
                $"EventFabric:Brokers:main:Provisioning: {_topic} is missing, and Validate creates nothing; create it, or write \"Create\"",
                $"EventFabric:Brokers:main:Provisioning: {_topic}-billing-dlq is missing, and Validate creates nothing; create it, or write \"Create\"",
            ],
            error.Failures);
        Assert.Equal(0, Partitions(_topic));
    }

    [Fact]
    public async Task Validate_refuses_what_loses_events()
    {
        await MakeAsync(_topic, ("unclean.leader.election.enable", "true"));
        await MakeAsync($"{_topic}-billing-dlq");
        using var host = Build("Validate");
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal([$"EventFabric:Brokers:main:Provisioning: {_topic} has unclean.leader.election.enable true, which loses events or their order; make it false"], error.Failures);
    }

    [Fact]
    public async Task Validate_says_what_differs()
    {
        await MakeAsync(_topic);
        await MakeAsync($"{_topic}-billing-dlq");
        using var host = Build("Validate", ("Channels:orders:Kafka:Partitions", "3"));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith($"EventFabric:Brokers:main:Provisioning: {_topic} has Partitions 1, and 3 is configured; configure 1", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assume_asks_for_nothing_and_finds_no_fault()
    {
        await MakeAsync(_topic, ("unclean.leader.election.enable", "true"));
        using var host = Build("Assume");
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, Partitions($"{_topic}-billing-dlq"));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Adding_Kafka_twice_adds_one_driver()
    {
        var services = new ServiceCollection();
        services.AddEventFabric().AddKafka().AddKafka(static options => options.ClientId = "x").AddKafka();
        Assert.Single(services, static service => service.ServiceType == typeof(IBrokerDriver));
    }

    public void Dispose() => _admin.Dispose();

    private IHost Build(string provisioning, params (string Key, string Value)[] settings) => Build(provisioning, new LogLines(), settings);

    private IHost Build(string provisioning, LogLines logs, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var values = new Dictionary<string, string?>
        {
            ["EventFabric:Brokers:main:Type"] = "Kafka",
            ["EventFabric:Brokers:main:Provisioning"] = provisioning,
            ["EventFabric:Channels:orders:Broker"] = "main",
            ["EventFabric:Channels:orders:Address"] = _topic,
            ["EventFabric:Subscriptions:billing:Channel"] = "orders",
            ["EventFabric:Subscriptions:billing:Group"] = "billing",
        };
        foreach (var (key, value) in settings)
            values[$"EventFabric:{key}"] = value;
        builder.Configuration.AddInMemoryCollection(values);
        builder.Services.AddSingleton<ILoggerFactory>(logs);
        builder.Services.AddEventFabric()
            .AddKafka(static options => options.BootstrapServers = KafkaRun.Current.Server.BootstrapServers)
            .AddHandler<Noted>("billing", static (_, _) => new(Settlement.Ack));
        return builder.Build();
    }

    private int Partitions(string topic) => _admin.Client.GetMetadata(topic, Wait.Patience).Topics[0].Partitions.Count;

    private async Task MakeAsync(string topic, params (string Key, string Value)[] settings) => await _admin.TopicAsync(topic, 1, settings);

    [EventType("tests.noted.v1")]
    private sealed record Noted(string Text);
}
