namespace EventFabric.Kafka.Tests.Faults;

/// <summary>
/// Publishes round by round, one event for each key, without waiting for the round before. What is refused is published again under its id until it is stored.
/// </summary>
internal sealed class FaultLoad : IAsyncDisposable
{
    private const int Keys = 16;
    private const int MaxOpen = 2000;

    private static readonly string Filling = new('f', 100);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly IEventPublisher _publisher;
    private readonly Oracle _oracle;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _open = new(MaxOpen, MaxOpen);
    private readonly Task _running;
    private readonly string _prefix;

    internal FaultLoad(IEventPublisher publisher, Oracle oracle, string prefix = "k")
    {
        (_publisher, _oracle, _prefix) = (publisher, oracle, prefix);
        _running = RunAsync();
    }

    /// <summary>Publishes no more, and waits until everything is stored.</summary>
    internal async Task StopAsync(TimeSpan patience)
    {
        await _end.CancelAsync();
        await _running.WaitAsync(patience);
        for (var taken = 0; taken < MaxOpen; taken++)
        {
            if (!await _open.WaitAsync(patience))
                throw new TimeoutException($"{MaxOpen - taken} publishes are open after {patience.TotalSeconds} s.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync()
    {
        using var rounds = new PeriodicTimer(Pace);
        for (var number = 0; !_end.IsCancellationRequested; number++)
        {
            await rounds.WaitForNextTickAsync(CancellationToken.None);
            for (var key = 0; key < Keys; key++)
            {
                await _open.WaitAsync(CancellationToken.None);
                var numbered = new NumberedEvent($"{_prefix}{key}", number, Filling);
                _oracle.Publishing(numbered);
                _ = UntilStoredAsync(numbered);
            }
        }
    }

    private async Task UntilStoredAsync(NumberedEvent numbered)
    {
        for (var isStored = false; !isStored;)
        {
            try
            {
                await _publisher.PublishAsync(numbered, new PublishOptions { Id = numbered.Id }, CancellationToken.None);
                isStored = true;
                _oracle.Acknowledge(numbered);
            }
            catch (PublishException)
            {
                _oracle.Refuse(numbered);
                await Task.Delay(Pace);
            }
            catch (ObjectDisposedException)
            {
                break;
            }
        }

        _open.Release();
    }
}
