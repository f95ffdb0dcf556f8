using EventFabric.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(EventFabric.Samples.Tests.BrokerRun))]

namespace EventFabric.Samples.Tests;

/// <summary>The real brokers of a test run, each started when a sample first wants it.</summary>
public sealed class BrokerRun : IAsyncLifetime
{
    private readonly Lazy<Task<KafkaServer?>> _kafka = new(static () => KafkaServer.FindAsync(advertised: null, [], CancellationToken.None));
    private readonly Lazy<Task<PostgresServer?>> _postgres = new(static () => PostgresServer.FindAsync(CancellationToken.None));
    private readonly Lazy<Task<NatsServer?>> _nats = new(static () => NatsServer.FindAsync([], CancellationToken.None));

    /// <summary>The setting that names the broker to a program; where there is no broker the test is skipped, with the way to get one.</summary>
    /// <param name="broker">As <c>--broker</c> calls it.</param>
    /// <param name="name">The broker's name in the program's settings.</param>
    public async Task<Dictionary<string, string?>> SettingsAsync(string broker, string name = "default")
    {
        if (broker == "kafka")
        {
            var kafka = await _kafka.Value;
            Assert.SkipWhen(kafka is null, KafkaServer.Remedy);
            return new() { [$"EventFabric__Brokers__{name}__Kafka__BootstrapServers"] = kafka.BootstrapServers };
        }

        var nats = await _nats.Value;
        Assert.SkipWhen(nats is null, NatsServer.Remedy);
        return new() { [$"EventFabric__Brokers__{name}__Nats__Url"] = nats.Url };
    }

    /// <summary>The connection string of a database that is made when it is used; where there is no server the test is skipped, with the way to get one.</summary>
    public async Task<string> DatabaseAsync(string name)
    {
        var postgres = await _postgres.Value;
        Assert.SkipWhen(postgres is null, PostgresServer.Remedy);
        return new Npgsql.NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = name }.ConnectionString;
    }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        if (_kafka.IsValueCreated && await _kafka.Value is { } kafka)
            await kafka.DisposeAsync();
        if (_postgres.IsValueCreated && await _postgres.Value is { } postgres)
            await postgres.DisposeAsync();
        if (_nats.IsValueCreated && await _nats.Value is { } nats)
            await nats.DisposeAsync();
    }
}
