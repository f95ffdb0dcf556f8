using EventFabric.Drivers;
using EventFabric.Lanes;

namespace EventFabric.Subscribing;

/// <summary>
/// Extends the broker's lease on every record in flight: queued, running and held ones, a running one until its handler timeout, all of
/// them until the broker's maximum. One timer for the subscription, armed while anything is in flight.
/// </summary>
internal sealed class LeaseKeeper : IDisposable
{
    private readonly SubscriptionCore _core;
    private readonly ITimer _timer;
    private readonly List<InFlightRecord> _due = [];
    private bool _armed;

    public LeaseKeeper(SubscriptionCore core)
    {
        _core = core;
        _timer = core.Scheduler.Time.CreateTimer(static state => _ = ((LeaseKeeper)state!).TickAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Records came in.</summary>
    public void Arm()
    {
        if (Volatile.Read(ref _armed) || _core.Session?.Receiver.Traits.Lease is not { } lease)
            return;
        Volatile.Write(ref _armed, true);
        _timer.Change(lease / 3, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private async Task TickAsync()
    {
        // Armed while it lasts: one call to the driver at a time.
        await ExtendAsync().ConfigureAwait(false);
        Volatile.Write(ref _armed, false);
        bool more;
        lock (_core.Sync)
            more = _core.Lanes.Table.Count > 0;
        if (more)
            Arm();
    }

    private async Task ExtendAsync()
    {
        if (_core.Session is not { } session || session.Receiver is not ILeaseExtender extender || session.Receiver.Traits.Lease is not { } lease)
            return;
        var refs = Collect(session, lease);
        if (refs.Length > 0)
        {
            var outcomes = new SettleOutcome[refs.Length];
            try
            {
                await extender.ExtendAsync(refs, lease, outcomes, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                Array.Fill(outcomes, new SettleOutcome(SettleStatus.Failed, error));
            }

            Apply(refs, outcomes, lease);
        }
    }

    private RecordRef[] Collect(ReceiverSession session, TimeSpan lease)
    {
        var maxLease = session.Receiver.Traits.MaxLease;
        lock (_core.Sync)
        {
            _due.Clear();
            for (var at = (InFlightRecord?)_core.Lanes.Table.Oldest; at is not null; at = (InFlightRecord?)at.Newer)
            {
                if (at.Session != session || at.LeaseEnds == long.MaxValue || at.IsTimedOut || at.IsGone)
                    continue;
                if (_core.Scheduler.Time.GetElapsedTime(at.Taken) + lease < maxLease)
                    _due.Add(at);
            }

            return [.. _due.Select(record => record.Ref)];
        }
    }

    private void Apply(RecordRef[] refs, SettleOutcome[] outcomes, TimeSpan lease)
    {
        var lost = new HashSet<RecordRef>();
        lock (_core.Sync)
        {
            var ends = _core.Now + (long)(lease.TotalSeconds * _core.Scheduler.Time.TimestampFrequency);
            for (var i = 0; i < refs.Length; i++)
            {
                var record = _due[i];
                // Finished meanwhile, or reused for another record: nothing of it is to be changed.
                if (record.Stage == LaneStage.Done || record.Ref != refs[i])
                    continue;
                if (outcomes[i].Status is SettleStatus.Applied or SettleStatus.Sent)
                    record.LeaseEnds = ends;
                else if (IsOver(record, outcomes[i]) && lost.Add(refs[i]))
                    record.IsLeaseLost = true;
            }

            if (lost.Count > 0)
                MarkReturned();
        }

        if (lost.Count == 0)
            return;
        bool Lost(InFlightRecord record) => record.IsLeaseLost && lost.Contains(record.Ref);
        _core.Drop(Lost, Verdict.Abandon);
        _core.ReleaseFailed(Lost, Verdict.Abandon, now: false);
        _core.Interrupt(Lost, CallEnd.Lost);
        // Oldest first, so that they come again in their order.
        _core.Drop(static record => record.IsReturned, Verdict.Release);
        _core.ReleaseFailed(static record => record.IsReturned, Verdict.Release, now: false);
    }

    /// <summary>The broker says so; or extending failed until nothing is left of the lease.</summary>
    private bool IsOver(InFlightRecord record, SettleOutcome outcome) =>
        outcome.Status == SettleStatus.LeaseLost || (outcome.Status == SettleStatus.Failed && record.LeaseEnds <= _core.Now);

    /// <summary>What lies behind a lost record in its lane would overtake it.</summary>
    private void MarkReturned()
    {
        for (var at = (InFlightRecord?)_core.Lanes.Table.Oldest; at is not null; at = (InFlightRecord?)at.Newer)
        {
            if (at.Lane is not { } lane)
                continue;
            if (at.IsLeaseLost)
                lane.IsGivingBack = true;
            else if (lane.IsGivingBack)
                at.IsReturned = true;
        }
    }
}
