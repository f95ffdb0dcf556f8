using System.Diagnostics;

namespace EventFabric.Servers;

/// <summary>
/// A PostgreSQL server for tests, found in this order: a connection string in the environment, an installation of Debian's kind, <c>postgres</c> in PATH.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string Variable = "EVENTFABRIC_POSTGRES";

    /// <summary>How to get one where there is none.</summary>
    public const string Remedy = $"no PostgreSQL was found: name one in {Variable} (Host=...;Username=...;Database=...), or install it (Debian: postgresql)";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServerProcess? _process;
    private readonly DirectoryInfo? _data;

    private PostgresServer(string connectionString, ServerProcess? process, DirectoryInfo? data) =>
        (ConnectionString, _process, _data) = (connectionString, process, data);

    public string ConnectionString { get; }

    /// <summary>Finds or starts a server; null: there is none, and <see cref="Remedy"/> says what to do.</summary>
    public static async Task<PostgresServer?> FindAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } told)
            return new PostgresServer(told, null, null);
        if (Programs() is not { } programs)
            return null;
        var data = Directory.CreateTempSubdirectory("eventfabric-postgres-");
        var store = Path.Combine(data.FullName, "data");
        if (Environment.UserName == "root")
            await RunAsync("chown", ["postgres", data.FullName], cancellationToken);
        var (initdb, making) = AsServer(Path.Combine(programs, "initdb"), ["-D", store, "-U", "shop", "--auth=trust", "--no-sync", "--encoding=UTF8"]);
        await RunAsync(initdb, making, cancellationToken);
        var port = ServerProcess.FreePort();
        var (postgres, running) = AsServer(Path.Combine(programs, "postgres"), ["-D", store, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={data.FullName}", "-c", "fsync=off"]);
        var process = ServerProcess.Start(postgres, running);
        await process.UntilListeningAsync(port, Patience, cancellationToken);
        return new PostgresServer($"Host=127.0.0.1;Port={port};Username=shop;Database=postgres", process, data);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _data?.Delete(recursive: true);
    }

    /// <summary>The folder of the server's programs: the newest one, where there are more.</summary>
    private static string? Programs()
    {
        const string Debian = "/usr/lib/postgresql";
        if (Installations.InPath("postgres") is { } found)
            return Path.GetDirectoryName(found);
        return Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderDescending().Select(static version => Path.Combine(version, "bin")).FirstOrDefault(static bin => File.Exists(Path.Combine(bin, "postgres")))
            : null;
    }

    /// <summary>The server refuses to run as root: then it runs as the user that its package made.</summary>
    private static (string Program, string[] Arguments) AsServer(string program, string[] arguments) =>
        Environment.UserName == "root" ? ("runuser", ["-u", "postgres", "--", program, .. arguments]) : (program, arguments);

    private static async Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}:\n{await output}{await errors}");
    }
}
