using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Configuration;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace EventFabric.Nats;

/// <summary>The client's connection, and what is heard of it. Any thread.</summary>
internal sealed class NatsLink : IAsyncDisposable
{
    private readonly BrokerContext _context;
    private readonly object _sync = new();
    private readonly List<ILinkListener> _listeners = [];
    private volatile bool _wasDown;
    private int _disposed;

    internal NatsLink(BrokerContext context, NatsOptions options)
    {
        _context = context;
        Logger = context.Loggers.CreateLogger("EventFabric.Nats");
        Connection = new NatsConnection(ClientOptions.Of(options, context));
        JetStream = new NatsJSContext(Connection, new NatsJSOpts(Connection.Opts, domain: options.Domain));
        Connection.ConnectionOpened += OnOpenedAsync;
        Connection.ConnectionDisconnected += OnDisconnectedAsync;
    }

    internal NatsConnection Connection { get; }

    internal NatsJSContext JetStream { get; }

    internal ILogger Logger { get; }

    internal TimeProvider Time => _context.Time;

    internal bool IsOpen => Connection.ConnectionState == NatsConnectionState.Open;

    /// <summary>The server's abilities: of the newest one before the first connection.</summary>
    internal ServerFeatures Server => Connection.ServerInfo is { } info ? ServerFeatures.Of(info.Version) : ServerFeatures.Newest;

    /// <summary>The most bytes of a message, headers included.</summary>
    internal long MaxPayload => Connection.ServerInfo is { MaxPayload: > 0 } info ? info.MaxPayload : 1_048_576;

    /// <summary>Connects where that was not done yet.</summary>
    /// <exception cref="NatsException">The server is not there, or refuses the client.</exception>
    internal async Task ConnectAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (!IsOpen)
            await Connection.ConnectAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        _context.Report(BrokerState.Ready);
    }

    internal void Add(ILinkListener listener)
    {
        lock (_sync)
            _listeners.Add(listener);
    }

    internal void Remove(ILinkListener listener)
    {
        lock (_sync)
            _listeners.Remove(listener);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Connection.ConnectionOpened -= OnOpenedAsync;
        Connection.ConnectionDisconnected -= OnDisconnectedAsync;
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    private ValueTask OnOpenedAsync(object? sender, NatsEventArgs args)
    {
        if (_wasDown)
        {
            _wasDown = false;
            NatsLog.Up(Logger, _context.Name, Connection.ServerInfo?.Version ?? "");
        }

        _context.Report(BrokerState.Ready);
        foreach (var listener in Listeners())
            listener.Up();
        return default;
    }

    private ValueTask OnDisconnectedAsync(object? sender, NatsEventArgs args)
    {
        if (_disposed != 0)
            return default;
        if (!_wasDown)
        {
            _wasDown = true;
            NatsLog.Down(Logger, _context.Name);
        }

        _context.Report(BrokerState.Degraded);
        foreach (var listener in Listeners())
            listener.Down();
        return default;
    }

    private ILinkListener[] Listeners()
    {
        lock (_sync)
            return [.. _listeners];
    }
}
