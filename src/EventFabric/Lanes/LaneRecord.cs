namespace EventFabric.Lanes;

/// <summary>What the lanes need of a record in flight: its places in their lists. Pooled by who makes it.</summary>
internal abstract class LaneRecord : ReadyNode
{
    /// <summary>Hash of the key; without <see cref="IsKeyed"/> nothing waits for this record.</summary>
    public ulong Key { get; set; }

    public bool IsKeyed { get; set; }

    /// <summary>Approximate memory that it holds.</summary>
    public int Bytes { get; set; }

    public Lane? Lane { get; set; }

    public LaneStage Stage { get; set; }

    internal LaneRecord? Next { get; set; }

    /// <summary>All records in flight, in the order of arrival.</summary>
    internal LaneRecord? Older { get; set; }

    internal LaneRecord? Newer { get; set; }
}

/// <summary>Where a record in flight is.</summary>
internal enum LaneStage : byte
{
    /// <summary>Waits in its lane, or in the ready queue.</summary>
    Queued,

    /// <summary>Taken by a worker; its turn in the worker's chunk may be still to come.</summary>
    Taken,

    /// <summary>Failed: waits for its next attempt, or for its dead letter; its key waits with it.</summary>
    Held,

    /// <summary>Finished, or dropped: no longer in flight.</summary>
    Done,
}
