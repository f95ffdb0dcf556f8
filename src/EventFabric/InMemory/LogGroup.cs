using System.Globalization;
using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>A tenure of one partition of a log.</summary>
internal sealed class LogTenure(Membership member, LogPartition partition, long position, long until = long.MaxValue)
    : Tenure(member, new Ownership(partition.Index.ToString(CultureInfo.InvariantCulture), partition.Index))
{
    private LogCursor _cursor = new(position);

    public LogPartition Partition => partition;

    /// <summary>Where records are read on.</summary>
    public ref LogCursor Cursor => ref _cursor;

    /// <summary>Whether there is a record to hand over, below the end of a browse.</summary>
    public bool TryPeek() => _cursor.TryPeek(partition) && _cursor.Segment[_cursor.Index].Offset < until;
}

/// <summary>
/// A group that reads a log: its committed positions, and its partitions dealt evenly to its members. A partition moves only after its old owner was
/// asked; who keeps one keeps the same.
/// </summary>
internal sealed class LogGroup(InMemoryAddress address, long[] committed) : ReaderGroup
{
    private readonly List<Membership> _members = [];
    private readonly LogTenure?[] _owners = new LogTenure?[committed.Length];

    public override long LowestNeeded(int partition) => committed[partition];

    public override void OnAppended(int partition, ref WakeList wake)
    {
        if (_owners[partition] is { Flows: true } owner) owner.Member.Receiver.Wake(ref wake);
    }

    public override void Join(Membership member, ref WakeList wake)
    {
        _members.Add(member);
        Deal(ref wake);
        member.Tell(ref wake);
    }

    public override void Leave(Membership member, ref WakeList wake)
    {
        _members.Remove(member);
        foreach (var tenure in member.Tenures) _owners[tenure.Ownership.Index] = null;
        Deal(ref wake);
    }

    public override void Vacate(Tenure tenure, ref WakeList wake)
    {
        _owners[tenure.Ownership.Index] = null;
        Deal(ref wake);
    }

    /// <summary>Settles everything of a tenure up to and including a position.</summary>
    public SettleOutcome Commit(LogTenure tenure, long position)
    {
        var partition = tenure.Ownership.Index;
        if (position < committed[partition]) return new SettleOutcome(SettleStatus.AlreadySettled, null);
        if (position >= tenure.Cursor.Position)
        {
            var error = new InMemoryException(ErrorKind.Invalid, "position-not-delivered", $"Position {position} was not delivered in this tenure.");
            return new SettleOutcome(SettleStatus.Failed, error);
        }

        committed[partition] = position + 1;
        return new SettleOutcome(SettleStatus.Applied, null);
    }

    private void Deal(ref WakeList wake)
    {
        if (_members.Count == 0) return;
        TakeFromTheRich(ref wake);
        for (var partition = 0; partition < _owners.Length; partition++)
        {
            if (_owners[partition] is not null) continue;
            var poorest = _members.MinBy(Held)!;
            var tenure = new LogTenure(poorest, address.Partitions[partition], committed[partition]);
            _owners[partition] = tenure;
            poorest.Tenures.Add(tenure);
            poorest.Tell(ref wake);
        }
    }

    private void TakeFromTheRich(ref WakeList wake)
    {
        var share = _owners.Length / _members.Count;
        var larger = _owners.Length % _members.Count;
        foreach (var member in _members)
        {
            var surplus = Held(member) - share;
            if (surplus > 0 && larger > 0)
            {
                surplus--;
                larger--;
            }

            for (var i = member.Tenures.Count - 1; i >= 0 && surplus > 0; i--)
            {
                if (TryTake(member.Tenures[i])) surplus--;
            }

            member.Tell(ref wake);
        }
    }

    /// <summary>Takes one away: at once when its engine has not heard of it yet.</summary>
    private bool TryTake(Tenure tenure)
    {
        if (tenure.State == TenureState.Granted)
        {
            tenure.End();
            tenure.Member.Tenures.Remove(tenure);
            _owners[tenure.Ownership.Index] = null;
            return true;
        }

        if (tenure.State is not (TenureState.Announcing or TenureState.Live)) return false;
        tenure.State = TenureState.Leaving;
        return true;
    }

    private static int Held(Membership member) =>
        member.Tenures.Count(static tenure => tenure.State is TenureState.Granted or TenureState.Announcing or TenureState.Live);
}
