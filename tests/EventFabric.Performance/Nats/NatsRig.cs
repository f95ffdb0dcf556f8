using System.Text;
using EventFabric.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventFabric.Performance.Nats;

/// <summary>The one NATS server of a run, started when the first scenario asks for it.</summary>
internal sealed class NatsRig : IAsyncDisposable
{
    private static NatsRig? _current;

    private readonly Dictionary<string, Task<string>> _supplies = [];
    private NatsServer? _server;
    private NatsConnection? _connection;
    private int _streams;

    public NatsRig() => _current = this;

    public static NatsRig Current => _current ?? throw new InvalidOperationException("The program makes the rig.");

    public string Url => _server?.Url ?? throw new InvalidOperationException(NatsServer.Remedy);

    /// <summary>Finds or starts the server. Null: it is there; else why not, and the remedy.</summary>
    public static async Task<string?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        var rig = Current;
        if (rig._server is not null)
            return null;
        rig._server = await NatsServer.FindAsync([], cancellationToken);
        if (rig._server is null)
            return NatsServer.Remedy;
        await Console.Error.WriteLineAsync($"NATS: {rig._server.Source}");
        return null;
    }

    public NatsConnection Connect() => new(NatsOpts.Default with { Url = Url, HeaderEncoding = Encoding.Latin1, CaseSensitiveHeaders = true });

    /// <summary>Makes a stream whose name is its address, of so many partitions.</summary>
    public async Task<string> CreateStreamAsync(int partitions, StreamConfigStorage storage)
    {
        var name = $"rig-{Environment.ProcessId}-{Interlocked.Increment(ref _streams)}";
        await Admin().CreateStreamAsync(new StreamConfig(name, [.. Enumerable.Range(0, partitions).Select(partition => $"{name}.{partition}")]) { Storage = storage });
        return name;
    }

    public async Task DeleteStreamAsync(string name)
    {
        if (name.Length > 0)
            await Admin().DeleteStreamAsync(name);
    }

    public async Task DeleteConsumerAsync(string stream, string consumer) => await Admin().DeleteConsumerAsync(stream, consumer);

    /// <summary>How many records of a stream its consumers of a prefix have not settled.</summary>
    public async Task<long> UnsettledAsync(string stream, string prefix)
    {
        var left = 0L;
        await foreach (var consumer in Admin().ListConsumersAsync(stream))
        {
            if (consumer.Info.Name.StartsWith(prefix, StringComparison.Ordinal))
                left += consumer.Info.NumAckPending + (long)consumer.Info.NumPending;
        }

        return left;
    }

    /// <summary>A stream that was filled once for all who read the same.</summary>
    public Task<string> SupplyAsync(NatsSupply supply)
    {
        var name = supply.ToString();
        if (!_supplies.TryGetValue(name, out var stream))
            _supplies.Add(name, stream = supply.FillAsync(this));
        return stream;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private NatsJSContext Admin() => new(_connection ??= Connect());
}
