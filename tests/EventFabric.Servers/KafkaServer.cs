using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Servers;

/// <summary>
/// A Kafka broker for tests, found in this order: an endpoint in the environment, a local installation, <c>kafka-server-start.sh</c> in PATH, a
/// container. A server that was started here, but not in a container, can be killed and started again with what it had stored.
/// </summary>
public sealed class KafkaServer : IAsyncDisposable
{
    public const string EndpointVariable = "EVENTFABRIC_KAFKA";

    /// <summary>How many partitions a topic gets that says nothing of them, on a broker that is started here.</summary>
    public const int DefaultPartitions = 4;

    /// <summary>How to get a broker where there is none.</summary>
    public const string Remedy =
        $"no Kafka was found: name one in {EndpointVariable} (host:port), name a folder with kafka/run in EVENTFABRIC_BROKERS, put kafka-server-start.sh into PATH, or let a Docker engine "
        + "run (DOCKER_HOST, or its socket; not for tests that set up or kill a broker of their own: a container takes no listeners and comes again on another port)";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Members under the broker's own protocol ask it for news that often: every five seconds would make each rebalance of a test as long.</summary>
    private static readonly string[] QuickGroups = ["group.consumer.min.heartbeat.interval.ms=500", "group.consumer.heartbeat.interval.ms=500"];

    private readonly Func<ServerProcess>? _start;
    private readonly DirectoryInfo? _data;
    private readonly IAsyncDisposable? _container;
    private ServerProcess? _process;

    private KafkaServer(string source, string bootstrap, int port, Func<ServerProcess> start, DirectoryInfo data) =>
        (Source, BootstrapServers, Port, _start, _data) = (source, bootstrap, port, start, data);

    private KafkaServer(string source, string bootstrap, IAsyncDisposable? container) => (Source, BootstrapServers, _container) = (source, bootstrap, container);

    /// <summary>Where it was found, for people.</summary>
    public string Source { get; }

    public string BootstrapServers { get; }

    /// <summary>Where it listens, if it may be killed; else 0.</summary>
    public int Port { get; }

    /// <summary>Whether it was started here as a process, and so may be killed.</summary>
    [MemberNotNullWhen(true, nameof(_start))]
    public bool IsOwn => _start is not null;

    /// <summary>Finds or starts a broker; null: there is none, and <see cref="Remedy"/> says what to do.</summary>
    /// <param name="advertised">The port that clients are told, where a proxy stands before the broker; null: its own.</param>
    /// <param name="settings">Lines of the server's configuration that are not the defaults; <c>{port}</c> and <c>{controller}</c> in them are the ports.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<KafkaServer?> FindAsync(int? advertised, IReadOnlyList<string> settings, CancellationToken cancellationToken) =>
        FindAsync(KafkaPlaces.OfThisMachine(), advertised, settings, cancellationToken);

    /// <summary>The same, of these places only.</summary>
    public static async Task<KafkaServer?> FindAsync(KafkaPlaces places, int? advertised, IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        var plain = advertised is null && settings.Count == 0;
        if (plain && places.Endpoint is { } endpoint)
            return new KafkaServer($"{EndpointVariable}={endpoint}", endpoint, container: null);
        // A group with one partition has one member that works.
        string[] lines = [$"num.partitions={DefaultPartitions}", .. QuickGroups];
        if (places.Run is not null || places is { Start: not null, Storage: not null })
            return await FromInstallationAsync(places, [.. lines, .. settings, .. advertised is { } told ? [$"advertised.listeners=PLAINTEXT://127.0.0.1:{told}"] : Array.Empty<string>()], cancellationToken);
        if (plain && await KafkaContainer.StartAsync(places.Engines, [.. lines, "auto.create.topics.enable=false"], cancellationToken) is var (container, bootstrap))
            return new KafkaServer($"container, {bootstrap}", bootstrap, container);
        return null;
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
        if (_container is not null)
            await _container.DisposeAsync();
        _data?.Delete(recursive: true);
    }

    private static async Task<KafkaServer> FromInstallationAsync(KafkaPlaces places, IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("eventfabric-kafka-");
        var (port, controller) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        string[] lines = [.. settings.Select(line => line.Replace("{port}", $"{port}", StringComparison.Ordinal).Replace("{controller}", $"{controller}", StringComparison.Ordinal))];
        var (source, start) = Start(places, data.FullName, port, controller, lines);
        var server = new KafkaServer(source, $"127.0.0.1:{port}", port, start, data);
        await server.StartAsync(cancellationToken);
        return server;
    }

    private static (string Source, Func<ServerProcess> Start) Start(KafkaPlaces places, string data, int port, int controller, IReadOnlyList<string> lines)
    {
        if (places.Run is { } run)
            return ($"local installation, port {port}", () => ServerProcess.Start("/bin/sh", [run, data, $"{port}", $"{controller}", .. lines]));
        return ($"{places.Start} in PATH, port {port}", () => ServerProcess.Start("/bin/sh", [Script(data, places.Start!, places.Storage!, port, controller, lines)]));
    }

    /// <summary>A script that formats the storage where that was not done yet, and becomes the server.</summary>
    private static string Script(string data, string start, string storage, int port, int controller, IReadOnlyList<string> lines)
    {
        string[] properties =
        [
            "process.roles=broker,controller",
            "node.id=1",
            $"controller.quorum.voters=1@127.0.0.1:{controller}",
            $"listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
            $"advertised.listeners=PLAINTEXT://127.0.0.1:{port}",
            "controller.listener.names=CONTROLLER",
            "offsets.topic.replication.factor=1",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "group.initial.rebalance.delay.ms=0",
            "auto.create.topics.enable=false",
            $"log.dirs={data}/log",
            .. lines,
        ];
        File.WriteAllLines(Path.Combine(data, "server.properties"), properties);
        var script = Path.Combine(data, "start.sh");
        File.WriteAllText(script, $"""
            set -eu
            [ -f "{data}/log/meta.properties" ] || "{storage}" format -t 4L6g3nShT-eMCtK--X86sw -c "{data}/server.properties"
            exec "{start}" "{data}/server.properties"
            """);
        return script;
    }
}
