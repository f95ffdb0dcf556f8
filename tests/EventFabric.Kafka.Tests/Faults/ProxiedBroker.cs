using EventFabric.Servers;
using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

/// <summary>A broker that clients reach through a proxy only.</summary>
public sealed class ProxiedBroker : IAsyncLifetime
{
    private const string Name = "kafka";

    private ToxiproxyServer? _proxy;
    private KafkaServer? _server;
    private int _port;

    /// <summary>Where clients connect.</summary>
    internal string Bootstrap
    {
        get
        {
            Assert.SkipWhen(_proxy is null, ToxiproxyServer.Remedy);
            Assert.SkipWhen(_server is null, KafkaServer.Remedy);
            return $"127.0.0.1:{_port}";
        }
    }

    public async ValueTask InitializeAsync()
    {
        _port = ServerProcess.FreePort();
        _proxy = await ToxiproxyServer.FindAsync(CancellationToken.None);
        if (_proxy is null)
            return;
        _server = await KafkaServer.FindAsync(_port, OwnBroker.Settings, CancellationToken.None);
        if (_server is not null)
            await _proxy.OpenAsync(Name, _port, _server.Port, CancellationToken.None);
    }

    internal Task CutAsync() => _proxy!.CutAsync(Name, FaultStory.Cancel);

    internal Task AddAsync(string toxic, string attribute, int value) => _proxy!.AddAsync(Name, toxic, attribute, value, FaultStory.Cancel);

    internal Task HealAsync() => _proxy!.HealAsync(FaultStory.Cancel);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_proxy is not null)
            await _proxy.DisposeAsync();
    }
}
