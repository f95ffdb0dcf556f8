using EventFabric.Drivers;

namespace EventFabric.Tests.Drivers;

/// <summary>An engine that keeps what it was told. Any thread.</summary>
internal sealed class RecordingEvents : IReceiverEvents
{
    private readonly object _sync = new();
    private readonly List<Ownership> _owned = [];
    private readonly List<Ownership> _asked = [];
    private readonly List<(Ownership Owner, Exception? Cause)> _gone = [];
    private readonly List<ChannelState> _states = [];

    /// <summary>Runs while the driver waits for leave to give partitions up.</summary>
    public Func<IReadOnlyList<Ownership>, Task>? OnRevoking { get; set; }

    public IReadOnlyList<Ownership> Owned => Copy(_owned);

    /// <summary>What is owned now, by partition.</summary>
    public IReadOnlyList<int> Partitions => [.. Owned.Where(static owner => !owner.IsLost).Select(static owner => owner.Index).Order()];

    public IReadOnlyList<Ownership> Asked => Copy(_asked);

    public IReadOnlyList<(Ownership Owner, Exception? Cause)> Gone => Copy(_gone);

    public IReadOnlyList<ChannelState> States => Copy(_states);

    public void Assigned(IReadOnlyList<Ownership> added)
    {
        lock (_sync)
            _owned.AddRange(added);
    }

    public async ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds)
    {
        lock (_sync)
            _asked.AddRange(leaving);
        if (OnRevoking is { } act)
            await act(leaving);
    }

    public void Lost(IReadOnlyList<Ownership> gone, Exception? cause)
    {
        lock (_sync)
            _gone.AddRange(gone.Select(owner => (owner, cause)));
    }

    public void StateChanged(ChannelState state, Exception? cause)
    {
        lock (_sync)
            _states.Add(state);
    }

    private T[] Copy<T>(List<T> list)
    {
        lock (_sync)
            return [.. list];
    }
}
