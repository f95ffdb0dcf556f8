using EventFabric.Drivers;

namespace EventFabric.Testing.Faults;

/// <summary>Copies of the records that a receiver has handed over and that are not settled yet, in the order of their delivery. Thread-safe.</summary>
internal sealed class InFlight
{
    private readonly object _gate = new();
    private readonly List<(InboundRecord Record, long LeaseEnds)> _records = [];

    public void Add(InboundBatch batch)
    {
        lock (_gate)
        {
            _records.RemoveAll(static one => one.Record.Ref.Owner.IsLost);
            foreach (ref readonly var record in batch.Records)
            {
                var reference = record.Ref;
                _records.RemoveAll(one => IsSame(one.Record.Ref, reference));
                _records.Add((CopyOf(record), batch.LeaseEnds));
            }
        }
    }

    /// <summary>The lease of a record ends later now.</summary>
    public void Extend(RecordRef extended, long leaseEnds)
    {
        lock (_gate)
        {
            var index = _records.FindIndex(one => one.Record.Ref == extended);
            if (index >= 0) _records[index] = (_records[index].Record, leaseEnds);
        }
    }

    /// <summary>Forgets a settled record; where acknowledgements are cumulative, those before it too.</summary>
    public void Remove(RecordRef settled, AckMode mode)
    {
        lock (_gate)
        {
            _records.RemoveAll(one => mode == AckMode.Cumulative ? IsUpTo(one.Record.Ref, settled) : IsSame(one.Record.Ref, settled));
        }
    }

    /// <summary>Which records of living tenures and leases a predicate chooses.</summary>
    public HashSet<RecordRef> Choose(Predicate<RecordRef> which, long now)
    {
        lock (_gate) return [.. _records.Where(one => IsHeld(one, now) && which(one.Record.Ref)).Select(static one => one.Record.Ref)];
    }

    /// <summary>Those of them that are still in flight, marked as redelivered; null: none.</summary>
    public FaultBatch? Copy(HashSet<RecordRef> chosen, long now)
    {
        lock (_gate)
        {
            var found = _records.FindAll(one => IsHeld(one, now) && chosen.Contains(one.Record.Ref));
            return found.Count == 0
                ? null
                : new FaultBatch([.. found.Select(static one => Again(one.Record))], found.Min(static one => one.LeaseEnds));
        }
    }

    // What is not, the broker itself hands out again, with a handle of its own.
    private static bool IsHeld((InboundRecord Record, long LeaseEnds) one, long now) => !one.Record.Ref.Owner.IsLost && one.LeaseEnds > now;

    private static bool IsSame(RecordRef left, RecordRef right) => ReferenceEquals(left.Owner, right.Owner) && left.Position == right.Position;

    private static bool IsUpTo(RecordRef record, RecordRef settled)
    {
        var (position, last) = (record.Position, settled.Position);
        return ReferenceEquals(record.Owner, settled.Owner)
            && (position.Major < last.Major || (position.Major == last.Major && position.Minor <= last.Minor));
    }

    private static InboundRecord Again(InboundRecord record)
    {
        record.Flags |= RecordFlags.Redelivered;
        if (record.DeliveryCount > 0) record.DeliveryCount++;
        return record;
    }

    private static InboundRecord CopyOf(InboundRecord record)
    {
        record.Body = record.Body.ToArray();
        record.Key = record.Key.ToArray();
        record.Headers = new HeaderBlock(record.Headers.Bytes.ToArray());
        return record;
    }
}
