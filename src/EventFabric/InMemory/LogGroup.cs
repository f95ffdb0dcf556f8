using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>
/// A group that reads a log: its committed positions, and its partitions dealt evenly to its members. A partition moves only after its old owner was
/// asked; who keeps one keeps the same.
/// </summary>
internal sealed class LogGroup(InMemoryAddress address, long[] committed) : LogReaders
{
    private readonly List<Membership> _members = [];
    private readonly LogTenure?[] _owners = new LogTenure?[committed.Length];

    public override long LowestNeeded(int partition) => committed[partition];

    public override void OnAppended(int partition, ref WakeList wake)
    {
        if (_owners[partition] is { Flows: true } owner) owner.Member.Pending.Wake(ref wake);
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
    public override SettleOutcome Settle(Membership member, in SettleCommand command)
    {
        if (member.Find(command.Record.Owner) is not LogTenure tenure) return new SettleOutcome(SettleStatus.LeaseLost, null);
        if (command.Kind != SettleKind.Ack) return Refuse("cannot-release", "A log settles by acknowledgement only.");
        var partition = tenure.Ownership.Index;
        var position = command.Record.Position.Major;
        if (position < committed[partition]) return new SettleOutcome(SettleStatus.AlreadySettled, null);
        if (position >= tenure.Cursor.Position) return Refuse("not-delivered", $"Position {position} was not delivered in this tenure.");
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
