using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Servers;

/// <summary>
/// A Kafka broker for tests, found in this order: an endpoint in the environment, a local installation, <c>kafka-server-start.sh</c> in PATH. A server that
/// was started here can be killed and started again with what it had stored.
/// </summary>
public sealed class KafkaServer : IAsyncDisposable
{
    public const string EndpointVariable = "EVENTFABRIC_KAFKA";

    /// <summary>How many partitions a topic gets that says nothing of them, on a broker that is started here.</summary>
    public const int DefaultPartitions = 4;

    /// <summary>How to get a broker where there is none.</summary>
    public const string Remedy =
        $"no Kafka was found: name one in {EndpointVariable} (host:port), name a folder with kafka/run in EVENTFABRIC_BROKERS, or put kafka-server-start.sh into PATH";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Members under the broker's own protocol ask it for news that often: every five seconds would make each rebalance of a test as long.</summary>
    private static readonly string[] QuickGroups = ["group.consumer.min.heartbeat.interval.ms=500", "group.consumer.heartbeat.interval.ms=500"];

    private readonly Func<ServerProcess>? _start;
    private readonly DirectoryInfo? _data;
    private ServerProcess? _process;

    private KafkaServer(string source, string bootstrap, int port, Func<ServerProcess>? start, DirectoryInfo? data) =>
        (Source, BootstrapServers, Port, _start, _data) = (source, bootstrap, port, start, data);

    /// <summary>Where it was found, for people.</summary>
    public string Source { get; }

    public string BootstrapServers { get; }

    public int Port { get; }

    /// <summary>Whether it was started here, and so may be killed.</summary>
    [MemberNotNullWhen(true, nameof(_start))]
    public bool IsOwn => _start is not null;

    /// <summary>Finds or starts a broker; null: there is none, and <see cref="Remedy"/> says what to do.</summary>
    /// <param name="advertised">The port that clients are told, where a proxy stands before the broker; null: its own.</param>
    /// <param name="settings">Lines of the server's configuration that are not the defaults; <c>{port}</c> and <c>{controller}</c> in them are the ports.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<KafkaServer?> FindAsync(int? advertised, IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        if (advertised is null && settings.Count == 0 && Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } endpoint)
            return new KafkaServer($"{EndpointVariable}={endpoint}", endpoint, 0, null, null);
        var data = Directory.CreateTempSubdirectory("eventfabric-kafka-");
        var (port, controller) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        // A group with one partition has one member that works.
        string[] lines = [$"num.partitions={DefaultPartitions}", .. QuickGroups, .. settings, .. advertised is { } told ? [$"advertised.listeners=PLAINTEXT://127.0.0.1:{told}"] : Array.Empty<string>()];
        lines = [.. lines.Select(line => line.Replace("{port}", $"{port}", StringComparison.Ordinal).Replace("{controller}", $"{controller}", StringComparison.Ordinal))];
        if (Start(data.FullName, port, controller, lines) is not var (source, start))
        {
            data.Delete(recursive: true);
            return null;
        }

        var server = new KafkaServer(source, $"127.0.0.1:{port}", port, start, data);
        await server.StartAsync(cancellationToken);
        return server;
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

    private static (string Source, Func<ServerProcess> Start)? Start(string data, int port, int controller, IReadOnlyList<string> lines)
    {
        if (Installations.InFolder("kafka", "run") is { } run)
            return ($"local installation, port {port}", () => ServerProcess.Start("/bin/sh", [run, data, $"{port}", $"{controller}", .. lines]));
        if (Installations.InPath("kafka-server-start.sh") is { } script && Installations.InPath("kafka-storage.sh") is { } storage)
            return ($"{script} in PATH, port {port}", () => ServerProcess.Start("/bin/sh", [Script(data, script, storage, port, controller, lines)]));
        return null;
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
