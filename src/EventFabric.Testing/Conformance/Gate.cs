namespace EventFabric.Testing.Conformance;

/// <summary>Holds handlers until the case lets them go. The end of the case opens every gate.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    /// <summary>How many wait or have waited here.</summary>
    internal int Arrived => Volatile.Read(ref _waiting);

    internal bool IsOpen => _opened.Task.IsCompleted;

    internal Task WaitAsync(CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _waiting);
        return _opened.Task.WaitAsync(cancellationToken);
    }

    internal void Open() => _opened.TrySetResult();
}
