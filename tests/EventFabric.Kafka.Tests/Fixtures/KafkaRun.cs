using EventFabric.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(EventFabric.Kafka.Tests.Fixtures.KafkaRun))]

namespace EventFabric.Kafka.Tests.Fixtures;

/// <summary>The one broker of a test run.</summary>
public sealed class KafkaRun : IAsyncLifetime
{
    private KafkaServer? _server;

    public static KafkaRun Current { get; private set; } = null!;

    /// <summary>The broker; a test that wants it where there is none is skipped, with the way to get one.</summary>
    public KafkaServer Server
    {
        get
        {
            Assert.SkipWhen(_server is null, KafkaServer.Remedy);
            return _server;
        }
    }

    public async ValueTask InitializeAsync()
    {
        Current = this;
        _server = await KafkaServer.FindAsync(advertised: null, [], CancellationToken.None);
        Console.WriteLine($"Kafka: {_server?.Source ?? KafkaServer.Remedy}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
