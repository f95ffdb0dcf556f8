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
            foreach (ref readonly var record in batch.Records) _records.Add((CopyOf(record), batch.LeaseEnds));
        }
    }

    /// <summary>Forgets a settled record; where acknowledgements are cumulative, those before it too.</summary>
    public void Remove(RecordRef settled, AckMode mode)
    {
        lock (_gate)
        {
            _records.RemoveAll(one => ReferenceEquals(one.Record.Ref.Owner, settled.Owner)
                && (mode == AckMode.Cumulative ? IsUpTo(one.Record.Ref.Position, settled.Position) : one.Record.Ref.Position == settled.Position));
        }
    }

    /// <summary>The records of the newest tenures that a predicate chooses, marked as redelivered; null: none.</summary>
    public FaultBatch? Copy(Predicate<RecordRef> which)
    {
        lock (_gate)
        {
            var chosen = _records.FindAll(one => !one.Record.Ref.Owner.IsLost && which(one.Record.Ref));
            return chosen.Count == 0
                ? null
                : new FaultBatch([.. chosen.Select(static one => Again(one.Record))], chosen.Min(static one => one.LeaseEnds));
        }
    }

    private static bool IsUpTo(RecordPosition position, RecordPosition settled) =>
        position.Major < settled.Major || (position.Major == settled.Major && position.Minor <= settled.Minor);

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
