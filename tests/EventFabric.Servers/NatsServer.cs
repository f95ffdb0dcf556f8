using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Servers;

/// <summary>
/// A NATS server with JetStream for tests, found in this order: an endpoint in the environment, a local installation, <c>nats-server</c> in PATH. One that was
/// started here can be killed and started again with what it had stored.
/// </summary>
public sealed class NatsServer : IAsyncDisposable
{
    public const string EndpointVariable = "EVENTFABRIC_NATS";

    /// <summary>How to get one where there is none.</summary>
    public const string Remedy =
        $"no NATS server was found: name one in {EndpointVariable} (nats://host:port), name a folder with bin/nats-server in EVENTFABRIC_BROKERS, or put nats-server into PATH";

    /// <summary>How to get an older one where there is none.</summary>
    public const string OlderRemedy = "no older NATS server was found: install one (Debian: nats-server), or name it in EVENTFABRIC_NATS_OLDER";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string[] OlderPlaces = ["/usr/sbin/nats-server", "/usr/bin/nats-server"];

    private readonly Func<ServerProcess>? _start;
    private readonly DirectoryInfo? _data;
    private ServerProcess? _process;

    private NatsServer(string source, string url, int port, Func<ServerProcess>? start, DirectoryInfo? data) =>
        (Source, Url, Port, _start, _data) = (source, url, port, start, data);

    /// <summary>Where it was found, for people.</summary>
    public string Source { get; }

    public string Url { get; }

    public int Port { get; }

    /// <summary>Whether it was started here, and so may be killed.</summary>
    [MemberNotNullWhen(true, nameof(_start))]
    public bool IsOwn => _start is not null;

    /// <summary>Finds or starts a server; null: there is none, and <see cref="Remedy"/> says what to do.</summary>
    /// <param name="configuration">Lines of a configuration file beyond port and store; <c>{data}</c> in them is a folder of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<NatsServer?> FindAsync(IReadOnlyList<string> configuration, CancellationToken cancellationToken)
    {
        if (configuration.Count == 0 && Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } endpoint)
            return new NatsServer($"{EndpointVariable}={endpoint}", endpoint, 0, null, null);
        if (Installations.InFolder("bin", "nats-server") is { } installed)
            return await StartAsync("local installation", installed, configuration, cancellationToken);
        return Installations.InPath("nats-server") is { } program ? await StartAsync($"{program} in PATH", program, configuration, cancellationToken) : null;
    }

    /// <summary>Finds or starts a server of a version that cannot do all; null: there is none, and <see cref="OlderRemedy"/> says what to do.</summary>
    public static async Task<NatsServer?> FindOlderAsync(CancellationToken cancellationToken)
    {
        var program = Environment.GetEnvironmentVariable("EVENTFABRIC_NATS_OLDER") is { Length: > 0 } told ? told : OlderPlaces.FirstOrDefault(File.Exists);
        return program is null ? null : await StartAsync(program, program, [], cancellationToken);
    }

    /// <summary>Starts it, or starts it again with what it had stored.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsOwn)
            throw new InvalidOperationException($"{Source} was not started here.");
        _process = _start();
        await _process.UntilListeningAsync(Port, Patience, cancellationToken);
    }

    /// <summary>A crash: SIGKILL, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _data?.Delete(recursive: true);
    }

    private static async Task<NatsServer> StartAsync(string source, string program, IReadOnlyList<string> configuration, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("eventfabric-nats-");
        var port = ServerProcess.FreePort();
        var file = Path.Combine(data.FullName, "server.conf");
        string[] lines = [$"host: 127.0.0.1", $"port: {port}", $"jetstream {{ store_dir: \"{data.FullName}/store\" }}", .. configuration];
        await File.WriteAllLinesAsync(file, lines.Select(line => line.Replace("{data}", data.FullName, StringComparison.Ordinal)), cancellationToken);
        var server = new NatsServer($"{source}, port {port}", $"nats://127.0.0.1:{port}", port, () => ServerProcess.Start(program, ["-c", file]), data);
        await server.StartAsync(cancellationToken);
        return server;
    }
}
