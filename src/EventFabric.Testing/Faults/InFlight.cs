using System.Text;
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

    /// <summary>Forgets a settled record; where acknowledgements are cumulative, those before it too. One that was given back is remembered as such.</summary>
    public void Settled(in SettleCommand command, AckMode mode)
    {
        var settled = command.Record;
        lock (_gate)
        {
            if (command.Kind != SettleKind.Release) _records.RemoveAll(one => mode == AckMode.Cumulative ? IsUpTo(one.Record.Ref, settled) : IsSame(one.Record.Ref, settled));
            else if (_records.FindIndex(one => IsSame(one.Record.Ref, settled)) is >= 0 and var index) _records[index] = (_records[index].Record, long.MinValue);
        }
    }

    /// <summary>Which records that can be handed out again a predicate chooses.</summary>
    public HashSet<RecordRef> Choose(Predicate<RecordRef> which, long now)
    {
        lock (_gate) return [.. Again(now).Where(one => which(one.Record.Ref)).Select(static one => one.Record.Ref)];
    }

    /// <summary>Those of them that are still in flight, marked as redelivered; null: none.</summary>
    public FaultBatch? Copy(HashSet<RecordRef> chosen, long now)
    {
        lock (_gate)
        {
            var found = Again(now).FindAll(one => chosen.Contains(one.Record.Ref));
            return found.Count == 0
                ? null
                : new FaultBatch([.. found.Select(static one => Again(one.Record))], found.Min(static one => one.LeaseEnds));
        }
    }

    /// <summary>
    /// Those of living tenures and leases: the others are the broker's to hand out, with a handle of its own, and before what lies behind them in
    /// their keys.
    /// </summary>
    private List<(InboundRecord Record, long LeaseEnds)> Again(long now)
    {
        _records.RemoveAll(static one => one.Record.Ref.Owner.IsLost);
        var first = new Dictionary<string, long>();
        foreach (var (record, leaseEnds) in _records)
        {
            if (leaseEnds <= now && KeyOf(record) is { } key) first[key] = Math.Min(first.GetValueOrDefault(key, long.MaxValue), record.Ref.Position.Major);
        }

        return _records.FindAll(one => one.LeaseEnds > now && !(KeyOf(one.Record) is { } key && first.TryGetValue(key, out var before) && before < one.Record.Ref.Position.Major));
    }

    private static string? KeyOf(in InboundRecord record) =>
        (record.Flags & RecordFlags.HasKey) == 0 ? null : Encoding.Latin1.GetString(record.Key.Span);

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
