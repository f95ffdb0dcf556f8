using EventFabric.Drivers;

namespace EventFabric.Tracking;

/// <summary>
/// What the engine keeps for one tenure of one partition; hangs on <see cref="Ownership"/>, so that the hot path needs no dictionary.
/// All members are guarded by the lock of the subscription, but <see cref="IsClosed"/>, which workers read without it.
/// </summary>
internal sealed class PartitionState(Ownership owner, bool cumulative)
{
    private volatile bool _closed;
    private TaskCompletionSource? _idle;

    public Ownership Owner { get; } = owner;

    /// <summary>Only where settling is cumulative.</summary>
    public WatermarkTracker? Tracker { get; } = cumulative ? new WatermarkTracker() : null;

    /// <summary>Nothing of this tenure is started any more: it is being given up, or is gone.</summary>
    public bool IsClosed => _closed || Owner.IsLost;

    /// <summary>Records taken and not finished.</summary>
    public int InFlight { get; set; }

    /// <summary>Whether the driver was told to stop delivering, because the window is full.</summary>
    public bool FlowClosed { get; set; }

    /// <summary>Its watermark is noted with the settler already, or waits there after a failure.</summary>
    public bool IsDirty { get; set; }

    public void Close() => _closed = true;

    /// <summary>Ends when no record of this tenure is in flight.</summary>
    /// <param name="sync">The lock of the subscription.</param>
    public Task WhenIdleAsync(object sync)
    {
        lock (sync)
        {
            if (InFlight == 0)
                return Task.CompletedTask;
            _idle ??= new TaskCompletionSource();
            return _idle.Task;
        }
    }

    /// <summary>Who waits for <see cref="WhenIdleAsync"/>, once it is time; completed outside the lock.</summary>
    public TaskCompletionSource? TakeIdleWaiter()
    {
        if (InFlight > 0)
            return null;
        var waiter = _idle;
        _idle = null;
        return waiter;
    }
}
