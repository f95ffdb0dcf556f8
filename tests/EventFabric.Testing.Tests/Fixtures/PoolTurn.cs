namespace EventFabric.Testing.Tests.Fixtures;

/// <summary>One turn through the thread pool's global queue: what was queued there before has begun when it ends.</summary>
internal sealed class PoolTurn : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Execute() => _done.SetResult();

    internal static Task WaitAsync()
    {
        var turn = new PoolTurn();
        ThreadPool.UnsafeQueueUserWorkItem(turn, preferLocal: false);
        return turn._done.Task;
    }
}
