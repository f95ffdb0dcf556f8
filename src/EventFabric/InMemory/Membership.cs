using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.InMemory;

/// <summary>
/// One receiver's place in its group: its tenures, and the one thread of calls by which its engine is told of them. The calls are made outside of the gate.
/// </summary>
internal sealed class Membership(object gate, ReaderGroup group, IReceiverEvents events, WorkScheduler scheduler, TimeSpan grace, bool browses)
    : Wakeable(scheduler)
{
    private static readonly List<Tenure> None = [];

    private bool _busy;
    private bool _gone;
    private ChannelState _told = ChannelState.Connecting;
    private List<Tenure>? _vacating;

    /// <summary>Under the gate.</summary>
    public List<Tenure> Tenures { get; } = [];

    public bool Browses => browses;

    /// <summary>The tenure that was read last. Under the gate.</summary>
    public int Turn { get; set; }

    /// <summary>What is woken when there is something to receive. Set once, before the membership joins.</summary>
    public PendingReceive Pending { get; set; } = null!;

    public void Join()
    {
        WakeList wake = default;
        lock (gate) group.Join(this, ref wake);
        wake.Run();
    }

    /// <summary>Ends all tenures and the membership. Idempotent. Without asking the engine: it has settled what it will, or is no more.</summary>
    public void Leave()
    {
        WakeList wake = default;
        lock (gate)
        {
            if (_gone) return;
            _gone = true;
            foreach (var tenure in Tenures) tenure.End();
            group.Leave(this, ref wake);
            Tenures.Clear();
        }

        wake.Run();
    }

    /// <summary>Takes partitions away: by asking the engine, or as if they were stolen. Null: all of them.</summary>
    public void Take(int? partition, bool ask)
    {
        WakeList wake = default;
        lock (gate)
        {
            foreach (var tenure in Tenures)
            {
                if (tenure.State == TenureState.Live && (partition is null || tenure.Ownership.Index == partition))
                    tenure.State = ask ? TenureState.Leaving : TenureState.Lost;
                if (tenure.State == TenureState.Lost) tenure.Ownership.End();
            }

            Tell(ref wake);
        }

        wake.Run();
    }

    /// <summary>The tenure of an ownership, unless that is over or another's.</summary>
    public Tenure? Find(Ownership ownership)
    {
        foreach (var tenure in Tenures)
        {
            if (ReferenceEquals(tenure.Ownership, ownership) && !ownership.IsLost) return tenure;
        }

        return null;
    }

    /// <summary>Sets the telling going, if there is something to tell. Under the gate.</summary>
    public void Tell(ref WakeList wake)
    {
        if (_busy || _gone) return;
        _busy = true;
        wake.Add(this);
    }

    public override void Execute()
    {
        FinishRevocation();
        while (TryPick(out var kind, out var part))
        {
            var ownerships = part.ConvertAll(static tenure => tenure.Ownership);
            switch (kind)
            {
                case TenureState.Announcing:
                    events.Assigned(ownerships);
                    GoLive(part);
                    break;
                case TenureState.Lost:
                    events.Lost(ownerships, new InMemoryException(ErrorKind.Fenced, "partition-lost", "The partition was taken away."));
                    VacateAll(part);
                    break;
                case TenureState.Revoking:
                    _vacating = part;
                    Revocation.Start(this, events, ownerships, grace);
                    return;
                default:
                    events.StateChanged(_told, null);
                    break;
            }
        }
    }

    /// <summary>What to tell the engine next, marked as being told; with no tenures: the changed state.</summary>
    private bool TryPick(out TenureState kind, out List<Tenure> part)
    {
        lock (gate)
        {
            kind = TenureState.Ended;
            part = None;
            if (_gone) return false;
            if (Mark(TenureState.Lost, TenureState.Lost, ref kind, ref part)
                || Mark(TenureState.Leaving, TenureState.Revoking, ref kind, ref part)
                || Mark(TenureState.Granted, TenureState.Announcing, ref kind, ref part))
            {
                return true;
            }

            var state = Tenures.Count > 0 ? ChannelState.Ready : ChannelState.Standby;
            _busy = state != _told;
            _told = state;
            return _busy;
        }
    }

    private bool Mark(TenureState from, TenureState to, ref TenureState kind, ref List<Tenure> part)
    {
        // Asked after every batch that comes back, and nearly always there is none: a list is made only for one that is there.
        var any = false;
        foreach (var tenure in Tenures) any |= tenure.State == from;
        if (!any) return false;
        part = Tenures.FindAll(tenure => tenure.State == from);
        foreach (var tenure in part) tenure.State = to;
        kind = to;
        return true;
    }

    private void GoLive(List<Tenure> part)
    {
        WakeList wake = default;
        lock (gate)
        {
            foreach (var tenure in part)
            {
                if (tenure.State == TenureState.Announcing) tenure.State = TenureState.Live;
            }

            Pending.Wake(ref wake);
        }

        wake.Run();
    }

    private void FinishRevocation()
    {
        if (_vacating is { } part) VacateAll(part);
        _vacating = null;
    }

    private void VacateAll(List<Tenure> part)
    {
        WakeList wake = default;
        lock (gate)
        {
            foreach (var tenure in part)
            {
                if (!Tenures.Remove(tenure)) continue;
                tenure.End();
                group.Vacate(tenure, ref wake);
            }
        }

        wake.Run();
    }
}
