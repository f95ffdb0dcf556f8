using EventFabric.Lanes;

namespace EventFabric.Concurrency.Lanes;

/// <summary>What the handler of a record does the first time.</summary>
internal enum Conduct
{
    Ends,
    Suspends,
    FailsAndIsTriedAgain,
    FailsAndIsGivenUp,
}

/// <summary>A record of a key, or of none.</summary>
internal sealed class NumberedRecord : LaneRecord
{
    public NumberedRecord(int number, int? key, Conduct conduct)
    {
        (Number, Conduct) = (number, conduct);
        (IsKeyed, Key, Bytes) = (key is not null, (ulong)(key ?? 0), 1);
    }

    public int Number { get; }

    public Conduct Conduct { get; }
}
