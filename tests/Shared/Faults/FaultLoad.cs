namespace EventFabric.Tests.Faults;

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
    private readonly Oracle[] _oracles;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly SemaphoreSlim _open = new(MaxOpen, MaxOpen);
    private readonly Task _running;
    private volatile bool _isPaused;

    /// <param name="publisher">What publishes.</param>
    /// <param name="oracles">Told of each publish: one for each group.</param>
    internal FaultLoad(IEventPublisher publisher, params Oracle[] oracles)
    {
        (_publisher, _oracles) = (publisher, oracles);
        _running = RunAsync();
    }

    /// <summary>Whether no round begins.</summary>
    internal bool IsPaused
    {
        get => _isPaused;
        set => _isPaused = value;
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

    /// <summary>Ends also what is refused again and again, which a test that failed may leave.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _abandon.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync()
    {
        using var rounds = new PeriodicTimer(Pace);
        for (var number = 0; !_end.IsCancellationRequested;)
        {
            await rounds.WaitForNextTickAsync(CancellationToken.None);
            if (_isPaused)
                continue;
            for (var key = 0; key < Keys; key++)
            {
                await _open.WaitAsync(_abandon.Token);
                var numbered = new NumberedEvent($"k{key}", number, Filling);
                Array.ForEach(_oracles, oracle => oracle.Publishing(numbered));
                _ = UntilStoredAsync(numbered);
            }

            number++;
        }
    }

    private async Task UntilStoredAsync(NumberedEvent numbered)
    {
        for (var isStored = false; !isStored && !_abandon.IsCancellationRequested;)
        {
            try
            {
                await _publisher.PublishAsync(numbered, new PublishOptions { Id = numbered.Id }, CancellationToken.None);
                isStored = true;
                Array.ForEach(_oracles, oracle => oracle.Acknowledge(numbered));
            }
            catch (PublishException)
            {
                Array.ForEach(_oracles, oracle => oracle.Refuse(numbered));
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
