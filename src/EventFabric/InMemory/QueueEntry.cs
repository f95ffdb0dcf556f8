namespace EventFabric.InMemory;

/// <summary>How a group of a queue stands to one record that its cursor has passed.</summary>
internal enum QueueState : byte
{
    /// <summary>Done with.</summary>
    Settled,

    /// <summary>To be delivered when its turn comes.</summary>
    Waiting,

    /// <summary>To be delivered, but not before a time.</summary>
    Delayed,

    /// <summary>Delivered, and the receiver's until a time.</summary>
    Leased,
}

/// <summary>One record of a queue group. Lists are linked by positions; -1 ends them.</summary>
internal struct QueueEntry
{
    public Segment Segment;
    public QueueKey? Key;
    public Tenure? Holder;

    /// <summary>The end of the lease or of the delay, as a timestamp.</summary>
    public long Due;

    /// <summary>When the lease began, as a timestamp.</summary>
    public long LeasedAt;

    public long NextTimed;
    public long PreviousTimed;
    public long NextOfKey;
    public int Index;
    public int DeliveryCount;
    public QueueState State;

    /// <summary>Whether the last delivery ended without its receiver's word.</summary>
    public bool Expired;
}

/// <summary>A key that has unsettled records in a queue group.</summary>
internal sealed class QueueKey
{
    public ulong Hash { get; set; }

    /// <summary>How many of its records are leased, all by <see cref="Holder"/>.</summary>
    public int Leased { get; set; }

    public Tenure? Holder { get; set; }

    /// <summary>The highest of its records that were leased since none was: what waits below it, or is it, came back.</summary>
    public long LastLeased { get; set; }

    /// <summary>The lowest of its records that wait or are delayed; -1: none.</summary>
    public long FirstWaiting { get; set; } = -1;

    public bool IsReady { get; set; }
}
