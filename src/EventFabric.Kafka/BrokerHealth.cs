using Confluent.Kafka;
using EventFabric.Drivers;
using Microsoft.Extensions.Logging;

namespace EventFabric.Kafka;

/// <summary>
/// Whether the cluster answers. The client says when all brokers are gone and never when they are back: then it is asked, once a second. Any thread.
/// </summary>
internal sealed class BrokerHealth(BrokerContext context, ILogger logger, Func<CancellationToken, Task> ask) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly object _sync = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<Action> _waiting = [];
    private BrokerState _state = BrokerState.Connecting;

    /// <summary>An answer came.</summary>
    internal void Ready()
    {
        if (_state == BrokerState.Ready)
            return;
        Action[] waiting;
        lock (_sync)
        {
            if (_state == BrokerState.Ready)
                return;
            if (_state == BrokerState.Degraded)
                KafkaLog.Up(logger, context.Name);
            _state = BrokerState.Ready;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        context.Report(BrokerState.Ready);
        foreach (var action in waiting)
            action();
    }

    /// <summary>No broker answers.</summary>
    internal void Down(Error error)
    {
        lock (_sync)
        {
            if (_state == BrokerState.Degraded || _end.IsCancellationRequested)
                return;
            _state = BrokerState.Degraded;
        }

        KafkaLog.Down(logger, context.Name, error.Reason);
        context.Report(BrokerState.Degraded, new KafkaException(error));
        _ = AskUntilReadyAsync();
    }

    /// <summary>Runs the action at once, or when the cluster answers again.</summary>
    internal void WhenReady(Action action)
    {
        lock (_sync)
        {
            if (_state != BrokerState.Ready)
            {
                _waiting.Add(action);
                return;
            }
        }

        action();
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task AskUntilReadyAsync()
    {
        var end = _end.Token;
        while (_state == BrokerState.Degraded && !end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Interval, context.Time, end).ConfigureAwait(false);
                await ask(end).ConfigureAwait(false);
                Ready();
            }
            catch (Exception error) when (error is KafkaException or OperationCanceledException or ObjectDisposedException)
            {
                // Asked again.
            }
        }
    }
}
