using EventFabric.Drivers;
using EventFabric.Envelope;
using EventFabric.Lanes;
using EventFabric.Tracking;

namespace EventFabric.Subscribing;

/// <summary>
/// One opened receiver: its tenures, its settlement, and the pump that takes batches from it. A subscription has one at a time; after a
/// failure it opens another, while lanes and workers stay, so that a key still waits for its handler of the old tenure.
/// </summary>
internal sealed class ReceiverSession(SubscriptionCore core) : IReceiverEvents, IAsyncDisposable
{
    /// <summary>Handled records above an unsettled one hold a bit each; beyond this the partition stops delivering.</summary>
    private const int MaxWindow = 16_384;

    private readonly List<PartitionState> _parts = [];
    private readonly List<Ownership> _early = [];
    private IReceiver? _receiver;
    private Settler? _settler;
    private EnvelopeDecoder? _decoder;
    private readonly object _flow = new();
    private ulong[] _hashes = new ulong[256];
    private bool _stopped;
    private bool _toldOfDefect;

    public IReceiver Receiver => _receiver!;

    public Settler Settler => _settler!;

    public EnvelopeDecoder Decoder => _decoder!;

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        var receiver = await core.Plan.Channel.Broker.Connection.OpenReceiverAsync(core.Plan.ReceiverPlan, this, cancellationToken).ConfigureAwait(false);
        lock (core.Sync)
        {
            _receiver = receiver;
            _settler = new Settler(receiver, core.Sync, core.Scheduler, core.SettleNotApplied);
            _decoder = core.DecoderFor(receiver.Traits.Binding);
        }

        core.Services.Check.AfterOpen(core.Plan, receiver.Traits);
        Ownership[] early;
        lock (core.Sync)
        {
            early = [.. _early];
            _early.Clear();
        }

        Assigned(early);
    }

    /// <summary>Takes batches until the receiver ends; throws what the receiver threw.</summary>
    public async ValueTask PumpAsync()
    {
        while (true)
        {
            var room = await core.Lanes.WaitForRoomAsync().ConfigureAwait(false);
            if (room == 0)
                return;
            var batch = await Receiver.ReceiveAsync(room).ConfigureAwait(false);
            if (batch is null)
                return;
            if (core.Parked is { } parked)
                await parked.WhenLoadedAsync().ConfigureAwait(false);
            Accept(batch);
        }
    }

    /// <summary>Stops taking; membership and settling go on until disposal.</summary>
    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        if (_receiver is not null)
            await _receiver.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_receiver is not null)
            await _receiver.DisposeAsync().ConfigureAwait(false);
        _settler?.Dispose();
        Ownership[] left;
        lock (core.Sync)
            left = [.. _parts.Select(part => part.Owner)];
        foreach (var owner in left)
            owner.End();
        Lost(left, null);
    }

    public void Assigned(IReadOnlyList<Ownership> added)
    {
        lock (core.Sync)
        {
            if (_receiver is null)
            {
                _early.AddRange(added);
                return;
            }

            foreach (var owner in added)
            {
                var part = new PartitionState(owner, _receiver.Traits.Ack == AckMode.Cumulative);
                owner.Tracker = part;
                owner.Attach(core.Scheduler);
                _parts.Add(part);
            }
        }

        if (added.Count > 0)
            core.Parked?.Load();
    }

    public async ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds)
    {
        var parts = Close(leaving);
        if (parts.Count == 0)
            return;
        bool Leaving(InFlightRecord record) => parts.Contains(record.Part);
        core.Drop(Leaving, Verdict.Abandon);
        core.ReleaseFailed(Leaving, Verdict.Abandon, now: false);
        void GraceEnds()
        {
            core.ReleaseFailed(Leaving, Verdict.Abandon, now: true);
            core.Interrupt(Leaving, CallEnd.Lost);
        }

        using (graceEnds.UnsafeRegister(static state => ((Action)state!)(), (Action)GraceEnds))
        {
            foreach (var part in parts)
                await part.WhenIdleAsync(core.Sync).ConfigureAwait(false);
        }

        if (_settler is not null)
            await _settler.FlushAsync().WaitAsync(Timeout.InfiniteTimeSpan, core.Scheduler.Time, graceEnds).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Forget(parts);
    }

    public void Lost(IReadOnlyList<Ownership> gone, Exception? cause)
    {
        var parts = Close(gone);
        if (parts.Count == 0)
            return;
        if (!_stopped)
            core.LogLost(parts.Count, cause);
        bool Gone(InFlightRecord record) => parts.Contains(record.Part);
        core.Drop(Gone, Verdict.Abandon);
        core.ReleaseFailed(Gone, Verdict.Abandon, now: true);
        core.Interrupt(Gone, CallEnd.Lost);
        Forget(parts);
    }

    public void StateChanged(ChannelState state, Exception? cause) => core.LogState(state, cause);

    /// <summary>Partitions whose window has room again go on delivering. Outside the lock.</summary>
    public void ReopenFlow()
    {
        List<PartitionState>? open = null;
        lock (core.Sync)
        {
            foreach (var part in _parts)
            {
                if (!part.FlowClosed || part.Tracker!.Window > MaxWindow / 2)
                    continue;
                part.FlowClosed = false;
                core.ClosedFlows--;
                (open ??= []).Add(part);
            }
        }

        Tell(open);
    }

    private void Tell(List<PartitionState>? changed)
    {
        if (changed is null)
            return;
        foreach (var part in changed)
            TellFlow(part);
    }

    /// <summary>One at a time, and what holds now: who closes a partition and who opens it again may come here in either order.</summary>
    private void TellFlow(PartitionState part)
    {
        lock (_flow)
        {
            bool open;
            lock (core.Sync)
                open = !part.FlowClosed;
            Receiver.SetFlow(part.Owner, open);
        }
    }

    private HashSet<PartitionState> Close(IReadOnlyList<Ownership> owners)
    {
        lock (core.Sync)
        {
            var parts = new HashSet<PartitionState>();
            foreach (var owner in owners)
            {
                _early.Remove(owner);
                if (owner.Tracker is PartitionState part && _parts.Contains(part))
                    parts.Add(part);
            }

            foreach (var part in parts)
                part.Close();
            return parts;
        }
    }

    private void Forget(HashSet<PartitionState> parts)
    {
        lock (core.Sync)
        {
            _parts.RemoveAll(parts.Contains);
            foreach (var part in parts.Where(part => part.FlowClosed))
            {
                part.FlowClosed = false;
                core.ClosedFlows--;
            }
        }
    }

    private void Accept(InboundBatch batch)
    {
        var records = batch.Records;
        Hash(records);
        List<PartitionState>? closed = null;
        bool unused;
        lock (core.Sync)
        {
            var intake = new Intake(core, this, batch);
            for (var i = 0; i < records.Length; i++)
            {
                ref readonly var record = ref records[i];
                if (record.Ref.Owner.Tracker is not PartitionState part)
                {
                    NeverAssigned();
                    continue;
                }

                if (part.IsClosed || !intake.TryAdd(in record, i, part, _hashes[i]))
                    continue;
                if (part.Tracker is not { Window: >= MaxWindow } || part.FlowClosed)
                    continue;
                part.FlowClosed = true;
                core.ClosedFlows++;
                (closed ??= []).Add(part);
            }

            unused = intake.IsUnused;
        }

        Tell(closed);
        if (unused)
            batch.Recycle();
        // A settlement that waited may have got a newer handle.
        Settler.Kick();
        core.Leases.Arm();
        core.Lanes.Wake(mayRunHere: true);
    }

    /// <summary>Once is enough: the driver does it with every batch.</summary>
    private void NeverAssigned()
    {
        if (_toldOfDefect)
            return;
        _toldOfDefect = true;
        core.LogNeverAssigned();
    }

    /// <summary>Key hashes, before the lock is taken. Zero stands for a record that waits for no other.</summary>
    private void Hash(ReadOnlySpan<InboundRecord> records)
    {
        if (_hashes.Length < records.Length)
            _hashes = new ulong[Math.Max(records.Length, _hashes.Length * 2)];
        if (!core.IsOrdered)
        {
            Array.Clear(_hashes, 0, records.Length);
            return;
        }

        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            _hashes[i] = (record.Flags & RecordFlags.HasKey) != 0 ? KeyHash.Compute(record.Key.Span) : 0;
        }
    }
}
