using System.Globalization;
using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>A tenure of one partition of a log.</summary>
internal sealed class LogTenure(Membership member, LogPartition partition, long position)
    : Tenure(member, new Ownership(partition.Index.ToString(CultureInfo.InvariantCulture), partition.Index))
{
    private LogCursor _cursor = new(position);

    public LogPartition Partition => partition;

    /// <summary>Where records are read on.</summary>
    public ref LogCursor Cursor => ref _cursor;

    /// <summary>Whether there is a record to hand over, below the end of a browse.</summary>
    public bool TryPeek() => _cursor.TryPeek(partition) && _cursor.Segment[_cursor.Index].Offset < Until;
}

/// <summary>What groups of a log and those who only look have in common: they slice its partitions.</summary>
internal abstract class LogReaders : ReaderGroup
{
    public override bool Take(Membership member, InMemoryBatch batch)
    {
        var tenures = member.Tenures;
        var atEnd = member.Browses;
        for (var i = 0; i < tenures.Count && batch.HasRoom; i++)
        {
            // Another partition first each time, so that a full one does not keep the others waiting.
            if (++member.Turn >= tenures.Count) member.Turn = 0;
            var tenure = (LogTenure)tenures[member.Turn];
            while (tenure.Flows && batch.HasRoom && tenure.TryPeek())
            {
                batch.Take(tenure.Cursor.Segment, tenure.Cursor.Index, tenure.Ownership, deliveryCount: 0);
                tenure.Cursor.Advance();
            }

            atEnd = atEnd && !tenure.TryPeek();
        }

        return atEnd;
    }

    protected static SettleOutcome Refuse(string code, string message) =>
        new(SettleStatus.Failed, new InMemoryException(ErrorKind.Invalid, code, message));
}
