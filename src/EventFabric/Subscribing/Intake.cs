using EventFabric.Drivers;
using EventFabric.Tracking;

namespace EventFabric.Subscribing;

/// <summary>Takes the records of one batch into the lanes, under the lock of the subscription.</summary>
internal ref struct Intake(SubscriptionCore core, ReceiverSession session, InboundBatch batch)
{
    private readonly BatchLease _lease = core.RentLease(batch);
    private readonly long _now = core.Now;
    private Dictionary<RecordPosition, InFlightRecord>? _inFlight;

    /// <summary>No record of the batch was taken; the lease is given back, and the batch is the caller's to recycle.</summary>
    public readonly bool IsUnused
    {
        get
        {
            if (_lease.Remaining > 0)
                return false;
            core.ReturnLease(_lease);
            return true;
        }
    }

    /// <summary>False: a record that is here already, is settled in this tenure, or waits for its settlement to be told again.</summary>
    public bool TryAdd(in InboundRecord record, int index, PartitionState part, ulong key)
    {
        var position = record.Ref.Position;
        var sequence = 0L;
        if (part.Tracker is { } tracker)
        {
            if (!tracker.TryAdd(position.Major, position.Minor, position.Text, record.Ref.Handle, out sequence))
                return false;
        }
        else if (((record.Flags & RecordFlags.Redelivered) != 0 || record.DeliveryCount == 0) && (session.Settler.TryRenew(in record.Ref) || Replaced(in record)))
        {
            return false;
        }

        var taken = core.RentRecord();
        taken.Part = part;
        taken.Session = session;
        taken.Sequence = sequence;
        taken.Ref = record.Ref;
        taken.Batch = _lease;
        taken.Index = index;
        taken.LeaseEnds = batch.LeaseEnds;
        taken.Taken = _now;
        taken.Key = key;
        taken.IsKeyed = key != 0;
        taken.Bytes = record.Body.Length + record.Key.Length + record.Headers.Bytes.Length;
        _lease.Remaining++;
        part.InFlight++;
        core.Lanes.AddLocked(taken);
        taken.IsReturned = taken.Lane is { IsGivingBack: true };
        // The same record may stand in this batch once more.
        _inFlight?.TryAdd(position, taken);
        return true;
    }

    /// <summary>A record that is in flight here gets the newest handle, and does not enter a lane twice.</summary>
    private bool Replaced(in InboundRecord record)
    {
        if (_inFlight is null)
        {
            _inFlight = [];
            for (var at = (InFlightRecord?)core.Lanes.Table.Oldest; at is not null; at = (InFlightRecord?)at.Newer)
                _inFlight[at.Ref.Position] = at;
        }

        if (!_inFlight.TryGetValue(record.Ref.Position, out var known) || known.Part.Owner != record.Ref.Owner)
            return false;
        known.Ref = record.Ref;
        known.LeaseEnds = batch.LeaseEnds;
        known.IsLeaseLost = false;
        known.IsReturned = known.Lane is { IsGivingBack: true };
        return true;
    }
}
