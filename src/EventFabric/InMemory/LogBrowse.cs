using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>One that only looks at a log, from its start to the tail as of now. Keeps what it has not seen from being dropped.</summary>
internal sealed class LogBrowse(InMemoryAddress address, long[] start) : LogReaders
{
    private readonly List<LogTenure> _tenures = [];

    public override long LowestNeeded(int partition) => _tenures.Count > 0 ? _tenures[partition].Cursor.Position : long.MaxValue;

    public override void OnAppended(int partition, ref WakeList wake)
    {
    }

    public override void Join(Membership member, ref WakeList wake)
    {
        foreach (var partition in address.Partitions)
            _tenures.Add(new LogTenure(member, partition, start[partition.Index]) { Until = partition.Next });
        member.Tenures.AddRange(_tenures);
        member.Tell(ref wake);
    }

    public override void Leave(Membership member, ref WakeList wake) => address.Remove(this);

    public override void Vacate(Tenure tenure, ref WakeList wake)
    {
    }

    public override SettleOutcome Settle(Membership member, in SettleCommand command) =>
        Refuse("cannot-settle", "One that browses a log moves no position.");
}
