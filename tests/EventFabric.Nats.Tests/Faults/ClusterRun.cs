using EventFabric.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Xunit;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>A cluster for the stories of a class: it needs seconds to find its leader.</summary>
public sealed class ClusterRun : IAsyncLifetime
{
    internal const int Size = 3;

    private NatsCluster? _cluster;

    /// <summary>The cluster; a test that wants it where there is none is skipped, with the way to get one.</summary>
    public NatsCluster Cluster
    {
        get
        {
            Assert.SkipWhen(_cluster is null, NatsServer.Remedy);
            return _cluster;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _cluster = await NatsCluster.FindAsync(Size, CancellationToken.None);
        if (_cluster is null)
            return;
        await using var connection = new NatsConnection(NatsOpts.Default with { Url = _cluster.Url });
        var jetStream = new NatsJSContext(connection);
        await StreamSide.AskAsync(async token => await jetStream.GetAccountInfoAsync(token), static _ => true, "a leader of the cluster");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }
}
