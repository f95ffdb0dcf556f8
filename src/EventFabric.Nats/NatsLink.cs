using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Configuration;
using EventFabric.Nats.Sending;
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
    private readonly Lazy<(NatsConnection Connection, NatsJSContext JetStream)> _client;
    private readonly NatsOptions _options;
    private CancellationTokenSource _untilDown = new();
    private volatile bool _wasDown;
    private int _disposed;

    internal NatsLink(BrokerContext context, NatsOptions options)
    {
        (_context, _options) = (context, options);
        Logger = context.Loggers.CreateLogger("EventFabric.Nats");
        // Settings are read also where nothing is to connect, and may be wrong.
        _client = new(Make);
        Refusals = new Refusals(context.Time);
        Records = new SendPath(this, context);
    }

    /// <summary>What records leave by. All else goes by <see cref="Connection"/>, which the client renews.</summary>
    internal SendPath Records { get; }

    internal NatsConnection Connection => _client.Value.Connection;

    internal NatsJSContext JetStream => _client.Value.JetStream;

    internal ILogger Logger { get; }

    internal TimeProvider Time => _context.Time;

    internal bool IsOpen => _client.IsValueCreated && Connection.ConnectionState == NatsConnectionState.Open;

    /// <summary>
    /// Cancelled when the connection is lost, and until there is another: what was asked over it gets no answer, and the client would wait for it all the same.
    /// </summary>
    internal CancellationToken UntilDown => Volatile.Read(ref _untilDown).Token;

    /// <summary>The server's abilities: of the newest one before the first connection.</summary>
    internal ServerFeatures Server => _client.IsValueCreated && Connection.ServerInfo is { } info ? ServerFeatures.Of(info.Version) : ServerFeatures.Newest;

    /// <summary>The servers of the cluster, as far as the connected one has named them.</summary>
    internal IReadOnlyList<string> KnownServers => _client.IsValueCreated && Connection.ServerInfo is { ClientConnectUrls: { } servers } ? [.. servers] : [];

    /// <summary>The most bytes of a message, headers included.</summary>
    internal long MaxPayload => Connection.ServerInfo is { MaxPayload: > 0 } info ? info.MaxPayload : 1_048_576;

    /// <summary>The most bytes of a record of a channel. The library leaves room below it for the headers of a dead letter: what was published fits again.</summary>
    internal long MaxRecordBytes(ChannelPlan plan)
    {
        const int CopyHeadroom = 8192;
        return plan.Role == ChannelRole.Main ? Math.Min(_context.MaxEventBytes + (long)CopyHeadroom, MaxPayload) : MaxPayload;
    }

    /// <summary>What the server refuses on any connection of this broker.</summary>
    internal Refusals Refusals { get; }

    /// <summary>Connects where that was not done yet.</summary>
    /// <exception cref="NatsException">The server is not there, or refuses the client.</exception>
    internal async Task ConnectAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (!IsOpen)
            await ConnectAsync(Connection, cancellationToken).ConfigureAwait(false);
        _context.Report(BrokerState.Ready);
    }

    /// <summary>Connects one of the broker's connections; a refusal names the setting.</summary>
    internal async Task ConnectAsync(NatsConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ConnectAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException error)
        {
            throw NatsErrors.NotConnected(error, _context.Name, _options.TokenProvider is null ? [.. NatsSettings.Given(_options)] : [nameof(NatsOptions.TokenProvider)]);
        }
    }

    /// <summary>A connection beside the one that the client renews.</summary>
    internal NatsConnection MakeAnother()
    {
        var connection = new NatsConnection(ClientOptions.Of(_options, _context, KnownServers));
        connection.ServerError += HearAsync;
        return connection;
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
        if (Interlocked.Exchange(ref _disposed, 1) != 0 || !_client.IsValueCreated)
            return;
        await Records.DisposeAsync().ConfigureAwait(false);
        Connection.ConnectionOpened -= OnOpenedAsync;
        Connection.ConnectionDisconnected -= OnDisconnectedAsync;
        Connection.ServerError -= HearAsync;
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    private (NatsConnection Connection, NatsJSContext JetStream) Make()
    {
        var connection = new NatsConnection(ClientOptions.Of(_options, _context, []));
        connection.ConnectionOpened += OnOpenedAsync;
        connection.ConnectionDisconnected += OnDisconnectedAsync;
        connection.ServerError += HearAsync;
        return (connection, new NatsJSContext(connection, new NatsJSOpts(connection.Opts, domain: _options.Domain)));
    }

    private ValueTask HearAsync(object? sender, NatsServerErrorEventArgs args)
    {
        if (Refusals.Hear(args.Error))
            NatsLog.Refused(Logger, _context.Name, args.Error);
        return default;
    }

    private ValueTask OnOpenedAsync(object? sender, NatsEventArgs args)
    {
        if (UntilDown.IsCancellationRequested)
            Volatile.Write(ref _untilDown, new CancellationTokenSource());
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
        // Off this thread: whoever waits goes on there.
        _ = Volatile.Read(ref _untilDown).CancelAsync();
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
