namespace EventFabric.Performance.Harness;

/// <summary>Counts handled records of a supply: the measured time begins with the first one.</summary>
internal sealed class Draining(Window window, long records)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _handled;
    private int _began;

    public long Handled => Volatile.Read(ref _handled);

    /// <summary>A handler begins.</summary>
    public void Begin()
    {
        if (Volatile.Read(ref _began) == 0 && Interlocked.Exchange(ref _began, 1) == 0)
            window.Restart();
    }

    /// <summary>A handler is done.</summary>
    public void Count()
    {
        Begin();
        if (Interlocked.Increment(ref _handled) == records)
            _all.TrySetResult();
    }

    /// <summary>Until all were handled.</summary>
    /// <exception cref="TimeoutException">Records were lost.</exception>
    public async Task WaitAsync()
    {
        try
        {
            await _all.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Handled} of {records} records were handled within {Patience.TotalSeconds} s.");
        }
    }
}
