using System.Threading.Tasks.Sources;

namespace EventFabric.Publishing;

/// <summary>What a batch awaits while its next event waits for a place: woken when the event got one, or was given up. One wait at a time.</summary>
internal sealed class Turn : PublishSink, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    internal override bool IsAbandoned => false;

    /// <summary>The wait for the event that was queued last.</summary>
    internal ValueTask Wait => new(this, _core.Version);

    internal override bool Set(int index, in PublishResult result) => throw new InvalidOperationException("A turn takes no results.");

    internal override void Wake() => _core.SetResult(true);

    public void GetResult(short token)
    {
        _core.GetResult(token);
        _core.Reset();
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
