using EventFabric.Drivers;

namespace EventFabric.Testing.Spying;

/// <summary>What one host's drivers told its engine of partitions: which it has, which it was asked for, which it gave up. Thread-safe.</summary>
internal sealed class HostTenures
{
    private readonly object _gate = new();
    private readonly List<string> _held = [];
    private readonly HashSet<string> _asked = [];
    private readonly HashSet<string> _gone = [];

    /// <summary>The partitions that the host has now; the one of a broker without partitions has an empty name.</summary>
    internal IReadOnlySet<string> Held
    {
        get
        {
            lock (_gate) return _held.ToHashSet();
        }
    }

    /// <summary>The partitions that the host was ever asked to give up.</summary>
    internal IReadOnlySet<string> Asked
    {
        get
        {
            lock (_gate) return _asked.ToHashSet();
        }
    }

    /// <summary>The partitions that the host ever gave up, asked or not.</summary>
    internal IReadOnlySet<string> Gone
    {
        get
        {
            lock (_gate) return _gone.ToHashSet();
        }
    }

    internal IReceiverEvents Watch(IReceiverEvents inner) => new Watching(inner, this);

    private void Gave(IReadOnlyList<Ownership> gone)
    {
        lock (_gate)
        {
            foreach (var tenure in gone)
            {
                _held.Remove(tenure.Partition);
                _gone.Add(tenure.Partition);
            }
        }
    }

    private sealed class Watching(IReceiverEvents inner, HostTenures tenures) : IReceiverEvents
    {
        public void Assigned(IReadOnlyList<Ownership> added)
        {
            inner.Assigned(added);
            lock (tenures._gate) tenures._held.AddRange(added.Select(static tenure => tenure.Partition));
        }

        public async ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds)
        {
            lock (tenures._gate) tenures._asked.UnionWith(leaving.Select(static tenure => tenure.Partition));

            // The driver does not wait longer than the grace, whatever the engine still does then.
            using (graceEnds.UnsafeRegister(_ => tenures.Gave(leaving), null))
            {
                await inner.RevokingAsync(leaving, graceEnds).ConfigureAwait(false);
            }

            if (!graceEnds.IsCancellationRequested) tenures.Gave(leaving);
        }

        public void Lost(IReadOnlyList<Ownership> gone, Exception? cause)
        {
            inner.Lost(gone, cause);
            tenures.Gave(gone);
        }

        public void StateChanged(ChannelState state, Exception? cause) => inner.StateChanged(state, cause);
    }
}
