using EventFabric.Drivers;
using NATS.Client.Core;

namespace EventFabric.Nats.Sending;

/// <summary>
/// The connection that the records of a broker leave by. One that was lost is not used again: the client would send by the next one what it had buffered for the
/// last, before the records that went before it and are sent again, and their order would be lost. Any thread.
/// </summary>
internal sealed class SendPath(NatsLink link, BrokerContext context) : IAsyncDisposable
{
    private static readonly Backoff Waits = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

    private readonly List<ISendUser> _users = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private NatsConnection? _current;
    private volatile bool _isEnded;

    /// <summary>Lets somebody send, from now on and by each connection that there will be. Connects where that was not done yet.</summary>
    /// <exception cref="NatsException">The server is not there, or refuses the client.</exception>
    internal async Task JoinAsync(ISendUser user, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isEnded, this);
            var connection = _current ??= await ConnectAsync(cancellationToken).ConfigureAwait(false);
            lock (_users)
                _users.Add(user);
            await user.UpAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Leave(user);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    internal void Leave(ISendUser user)
    {
        lock (_users)
            _users.Remove(user);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isEnded)
            return;
        _isEnded = true;
        await _end.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        if (_current is { } connection)
            await connection.DisposeAsync().ConfigureAwait(false);
        _current = null;
        _turn.Release();
    }

    private async Task<NatsConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = link.MakeAnother();
        // Asked before each attempt, so that not one goes to the next connection.
        connection.OnConnectingAsync = target => connection.ConnectionState == NatsConnectionState.Reconnecting
            ? throw new NatsException("This connection is not used again.")
            : new(target);
        connection.ConnectionDisconnected += (_, _) =>
        {
            _ = LoseAsync(connection);
            return default;
        };
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        try
        {
            await link.ConnectAsync(connection, either.Token).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            _ = CloseAsync(connection);
            throw;
        }
    }

    private async Task LoseAsync(NatsConnection lost)
    {
        try
        {
            Drop(lost);
            await _turn.WaitAsync(_end.Token).ConfigureAwait(false);
            try
            {
                if (_current == lost)
                    await ReplaceAsync(lost).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (_isEnded)
        {
            // There is nothing more to send.
        }
    }

    /// <summary>Connects again, for as long as it takes.</summary>
    private async Task ReplaceAsync(NatsConnection lost)
    {
        for (var attempt = 1; ; attempt++)
        {
            NatsConnection? connection = null;
            try
            {
                connection = await ConnectAsync(_end.Token).ConfigureAwait(false);
                foreach (var user in Users())
                {
                    // Whoever joined after the loss was told of it by nobody.
                    user.Down(lost);
                    await user.UpAsync(connection, _end.Token).ConfigureAwait(false);
                }

                _current = connection;
                return;
            }
            catch (Exception error)
            {
                if (connection is not null)
                    Drop(connection);
                if (_isEnded)
                    return;
                if (attempt == 1)
                    NatsLog.NoWayToSend(link.Logger, context.Name, error.Message);
                await Task.Delay(Waits.Next(attempt, Random.Shared), link.Time, _end.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Tells everybody that a connection is gone for good, and sees to it.</summary>
    private void Drop(NatsConnection connection)
    {
        foreach (var user in Users())
            user.Down(connection);
        _ = CloseAsync(connection);
    }

    private async Task CloseAsync(NatsConnection connection)
    {
        try
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            NatsLog.NotClosed(link.Logger, context.Name, error.Message);
        }
    }

    private ISendUser[] Users()
    {
        lock (_users)
            return [.. _users];
    }
}
