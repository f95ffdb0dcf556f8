using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>
/// A group that reads a queue: its leases, what came back, and which keys are taken. A record whose lease ends is delivered again. With order, a key's records
/// go to one member at a time: what is new goes on to the one that holds the key, whoever's receive came upon it, and what came back waits until none of the
/// key is leased. So a key is never delivered out of order.
/// </summary>
internal sealed partial class QueueGroup(LogPartition log, long start, object gate, QueueClock clock) : ReaderGroup
{
    /// <summary>How many records the cursor passes at most because their keys are taken.</summary>
    private const int MaxPassed = 16_384;

    private readonly QueueEntries _entries = new(start);
    private readonly Queue<long> _ready = new();
    private readonly Queue<QueueKey> _readyKeys = new();
    private readonly Dictionary<ulong, QueueKey> _keys = [];
    private readonly Stack<QueueKey> _freeKeys = new();
    private readonly List<Membership> _members = [];
    private LogCursor _cursor = new(start);
    private int _passed;

    /// <summary>Whether keys keep their order: as soon as a member wants it, and nothing is leased of which nobody knows the key.</summary>
    public bool Ordered { get; private set; }

    public QueueClock Clock => clock;

    public override long LowestNeeded(int partition) => _entries.Low;

    public override void OnAppended(int partition, ref WakeList wake) => WakeAll(ref wake);

    /// <summary>After every change: wakes who waits if there is something to hand over, and sees to it that the next end of a lease or delay is noticed.</summary>
    public override void AfterChange(ref WakeList wake)
    {
        if (_ready.Count > 0 || _readyKeys.Count > 0 || (_passed < MaxPassed && _cursor.TryPeek(log))) WakeAll(ref wake);
        Arm();
    }

    public override void Join(Membership member, ref WakeList wake)
    {
        if (member.Browses && _members.Exists(static other => other.Browses)) throw InMemoryException.Browsed();
        _members.Add(member);
        Grant(member, ref wake);
    }

    public override void Leave(Membership member, ref WakeList wake)
    {
        _members.Remove(member);
        foreach (var tenure in member.Tenures) ReturnAll(tenure);
        AfterChange(ref wake);
        if (_members.Count == 0) StopTimer();
    }

    public override void Vacate(Tenure tenure, ref WakeList wake)
    {
        ReturnAll(tenure);
        Grant(tenure.Member, ref wake);
        AfterChange(ref wake);
    }

    /// <summary>Leases records: first what came back, then new ones.</summary>
    public override bool Take(Membership member, InMemoryBatch batch)
    {
        if (member.Tenures is not [{ Flows: true } tenure]) return false;
        var now = clock.Now;
        EndDue(now);
        batch.LeaseUntil(now + clock.Lease);
        while (batch.HasRoom && _readyKeys.TryDequeue(out var key)) TakeWaiting(batch, key, tenure, now);
        while (batch.HasRoom && tenure.Offered.TryDequeue(out var key)) TakeOffered(batch, key, tenure, now);
        while (batch.HasRoom && _ready.TryDequeue(out var position)) Lease(batch, ref _entries[position], position, tenure, now);
        while (batch.HasRoom && _passed < MaxPassed && _cursor.TryPeek(log) && _cursor.Position < tenure.Until) TakeNew(batch, tenure, now);
        _entries.DropSettled();
        return member.Browses;
    }

    public override SettleOutcome Settle(Membership member, in SettleCommand command)
    {
        var position = command.Record.Position.Major;
        if (Check(member, command.Record, clock.Now) is { } refusal) return new SettleOutcome(refusal, null);

        if (command.Kind == SettleKind.Release) Return(position, clock.Now, command.Delay, expired: false);
        else Complete(position);
        return new SettleOutcome(SettleStatus.Applied, null);
    }

    public SettleOutcome Extend(Membership member, in RecordRef record, TimeSpan by)
    {
        var now = clock.Now;
        if (Check(member, record, now) is { } refusal) return new SettleOutcome(refusal, null);
        ref var entry = ref _entries[record.Position.Major];
        entry.Due = Math.Min(now + clock.Units(by), entry.LeasedAt + clock.MaxLease);
        _nextDue = Math.Min(_nextDue, entry.Due);
        return new SettleOutcome(SettleStatus.Applied, null);
    }

    private void Grant(Membership member, ref WakeList wake)
    {
        member.Tenures.Add(new Tenure(member, new Ownership(string.Empty, InMemoryAddress.NoPartition)) { Until = member.Browses ? log.Next : long.MaxValue });
        member.Tell(ref wake);
    }

    private void WakeAll(ref WakeList wake)
    {
        // Not one that is closed: it would find nothing that it may take, and be woken again for the same.
        foreach (var member in _members)
        {
            if (member.Tenures is [{ Flows: true }]) member.Pending.Wake(ref wake);
        }
    }

    private void TakeNew(InMemoryBatch batch, Tenure tenure, long now)
    {
        var (segment, index) = (_cursor.Segment, _cursor.Index);
        ref readonly var record = ref segment[index];
        var position = record.Offset;
        ref var entry = ref _entries.Add(position);
        entry.Segment = segment;
        entry.Index = index;
        entry.State = QueueState.Waiting;
        _cursor.Advance();
        if (Ordered && (record.Flags & RecordFlags.HasKey) != 0)
        {
            var key = entry.Key = KeyOf(KeyHash.Identity(segment.Key(record).Span));
            if (key.FirstWaiting >= 0 || (key.Leased > 0 && !ReferenceEquals(key.Holder, tenure)))
            {
                Enlist(key, position);
                if (key.FirstWaiting == position) Offer(key);
                return;
            }
        }

        Lease(batch, ref entry, position, tenure, now);
    }

    private void TakeWaiting(InMemoryBatch batch, QueueKey key, Tenure tenure, long now)
    {
        key.IsReady = false;
        TakeInOrder(batch, key, tenure, now);
    }

    private void TakeInOrder(InMemoryBatch batch, QueueKey key, Tenure tenure, long now)
    {
        while (batch.HasRoom && key.FirstWaiting is >= 0 and var position)
        {
            ref var entry = ref _entries[position];
            if (entry.State != QueueState.Waiting) break;
            key.FirstWaiting = entry.NextOfKey;
            _passed--;
            Lease(batch, ref entry, position, tenure, now);
        }

        // No room for the rest now: it is the same member's with its next receive.
        Offer(key);
    }

    private void Lease(InMemoryBatch batch, ref QueueEntry entry, long position, Tenure tenure, long now)
    {
        entry.State = QueueState.Leased;
        entry.Holder = tenure;
        entry.LeasedAt = now;
        entry.DeliveryCount++;
        if (entry.Key is { } key)
        {
            key.LastLeased = key.Leased == 0 ? position : Math.Max(key.LastLeased, position);
            key.Leased++;
            key.Holder = tenure;
        }

        StartTiming(ref entry, position, now + clock.Lease);
        batch.Take(entry.Segment, entry.Index, tenure.Ownership, entry.DeliveryCount);
    }

    /// <summary>Why a record cannot be settled now; null: it can.</summary>
    private SettleStatus? Check(Membership member, in RecordRef record, long now)
    {
        if (member.Find(record.Owner) is not { } tenure) return SettleStatus.LeaseLost;
        EndDue(now);
        var position = record.Position.Major;
        if (position < _entries.Low) return SettleStatus.AlreadySettled;
        if (!_entries.Contains(position)) return SettleStatus.LeaseLost;
        ref var entry = ref _entries[position];
        if (entry.DeliveryCount != DeliveryHandle.Number(record.Handle)) return SettleStatus.LeaseLost;
        if (entry.State == QueueState.Leased) return ReferenceEquals(entry.Holder, tenure) ? null : SettleStatus.LeaseLost;
        return entry.Expired ? SettleStatus.LeaseLost : SettleStatus.AlreadySettled;
    }

    private void Complete(long position)
    {
        ref var entry = ref _entries[position];
        EndLease(ref entry, position);
        entry.State = QueueState.Settled;
        entry.Expired = false;
        if (entry.Key is { } key) MakeReady(key);
        _entries.DropSettled();
    }

    /// <summary>Takes a leased record back, to be delivered again.</summary>
    private void Return(long position, long now, TimeSpan delay, bool expired)
    {
        ref var entry = ref _entries[position];
        EndLease(ref entry, position);
        entry.Expired = expired;
        entry.State = QueueState.Waiting;
        if (delay > TimeSpan.Zero)
        {
            entry.State = QueueState.Delayed;
            StartTiming(ref entry, position, now + clock.Units(delay));
        }

        if (entry.Key is { } key)
        {
            Enlist(key, position);
            MakeReady(key);
        }
        else if (entry.State == QueueState.Waiting) _ready.Enqueue(position);
    }

    private void EndLease(ref QueueEntry entry, long position)
    {
        StopTiming(ref entry, position);
        entry.Holder = null;
        if (entry.Key is { } key) key.Leased--;
    }

    /// <summary>Takes back all that a tenure holds, in order.</summary>
    private void ReturnAll(Tenure tenure)
    {
        var now = clock.Now;
        _found.Clear();
        for (var position = _firstTimed; position >= 0; position = _entries[position].NextTimed)
        {
            if (ReferenceEquals(_entries[position].Holder, tenure)) _found.Add(position);
        }

        _found.Sort();
        foreach (var position in _found) Return(position, now, TimeSpan.Zero, expired: true);
    }
}
