using EventFabric.Drivers;

namespace EventFabric.Testing.Faults;

/// <summary>Passes a receiver's events on, and knows which tenures it has: those of a receiver that no test can take partitions from are ended here.</summary>
internal sealed class FaultTenures(IReceiverEvents engine) : IReceiverEvents
{
    private readonly object _gate = new();
    private readonly List<Ownership> _held = [];

    public void Assigned(IReadOnlyList<Ownership> added)
    {
        lock (_gate) _held.AddRange(added);
        engine.Assigned(added);
    }

    public async ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds)
    {
        await engine.RevokingAsync(leaving, graceEnds).ConfigureAwait(false);
        Forget(leaving);
    }

    public void Lost(IReadOnlyList<Ownership> gone, Exception? cause)
    {
        Forget(gone);
        engine.Lost(gone, cause);
    }

    public void StateChanged(ChannelState state, Exception? cause) => engine.StateChanged(state, cause);

    /// <summary>Ends tenures before anybody was asked. Null: all.</summary>
    internal void Steal(int? partition)
    {
        Ownership[] stolen;
        lock (_gate)
        {
            stolen = [.. _held.Where(tenure => partition is null || tenure.Index == partition)];
            _held.RemoveAll(tenure => stolen.Contains(tenure));
        }

        foreach (var tenure in stolen) tenure.End();
        engine.Lost(stolen, new FaultException(ErrorKind.Fenced));
    }

    private void Forget(IReadOnlyList<Ownership> gone)
    {
        lock (_gate) _held.RemoveAll(gone.Contains);
    }
}
