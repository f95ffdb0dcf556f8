namespace EventFabric.Servers;

/// <summary>Servers on this machine that keep streams together, each with a store of its own. Each can be killed and started again.</summary>
public sealed class NatsCluster : IAsyncDisposable
{
    private NatsCluster(IReadOnlyList<NatsServer> nodes) => Nodes = nodes;

    /// <summary>The servers; the first one is named <c>n0</c>.</summary>
    public IReadOnlyList<NatsServer> Nodes { get; }

    /// <summary>The addresses of all of them.</summary>
    public string Url => string.Join(',', Nodes.Select(static node => node.Url));

    /// <summary>Starts a cluster; null: there is no server here that could be started, and <see cref="NatsServer.Remedy"/> says what to do.</summary>
    /// <param name="size">How many servers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<NatsCluster?> FindAsync(int size, CancellationToken cancellationToken)
    {
        int[] ports = [.. Enumerable.Range(0, size).Select(static _ => ServerProcess.FreePort())];
        var routes = string.Join(", ", ports.Select(static port => $"nats-route://127.0.0.1:{port}"));
        var nodes = new List<NatsServer>();
        try
        {
            for (var node = 0; node < size; node++)
            {
                string[] configuration = [$"server_name: n{node}", $"cluster {{ name: tests, listen: \"127.0.0.1:{ports[node]}\", routes: [{routes}] }}"];
                if (await NatsServer.FindAsync(configuration, cancellationToken) is not { IsOwn: true } server)
                    return null;
                nodes.Add(server);
            }

            return new NatsCluster(nodes);
        }
        catch
        {
            await Task.WhenAll(nodes.Select(static node => node.DisposeAsync().AsTask()));
            throw;
        }
    }

    /// <summary>The server of a name.</summary>
    public NatsServer Node(string name) => Nodes[int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)];

    public async ValueTask DisposeAsync() => await Task.WhenAll(Nodes.Select(static node => node.DisposeAsync().AsTask()));
}
