namespace EventFabric;

/// <summary>Where a group starts to read.</summary>
public enum StartKind : byte
{
    /// <summary>At the oldest event that the broker still keeps for the group.</summary>
    Earliest,

    /// <summary>Behind the newest event.</summary>
    Latest,

    /// <summary>At the first event of a time or after it.</summary>
    Time,

    /// <summary>At a position.</summary>
    Position,
}
