using EventFabric.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(EventFabric.Nats.Tests.Fixtures.NatsRun))]

namespace EventFabric.Nats.Tests.Fixtures;

/// <summary>The servers of a test run: one of the newest version, and an older one.</summary>
public sealed class NatsRun : IAsyncLifetime
{
    private NatsServer? _server;
    private NatsServer? _older;

    public static NatsRun Current { get; private set; } = null!;

    /// <summary>The server; a test that wants it where there is none is skipped, with the way to get one.</summary>
    public NatsServer Server
    {
        get
        {
            Assert.SkipWhen(_server is null, NatsServer.Remedy);
            return _server;
        }
    }

    /// <summary>An older server, likewise.</summary>
    public NatsServer Older
    {
        get
        {
            Assert.SkipWhen(_older is null, NatsServer.OlderRemedy);
            return _older;
        }
    }

    public async ValueTask InitializeAsync()
    {
        Current = this;
        _server = await NatsServer.FindAsync([], CancellationToken.None);
        _older = await NatsServer.FindOlderAsync(CancellationToken.None);
        Console.WriteLine($"NATS: {_server?.Source ?? NatsServer.Remedy}");
        Console.WriteLine($"NATS, older: {_older?.Source ?? NatsServer.OlderRemedy}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_older is not null)
            await _older.DisposeAsync();
    }
}
