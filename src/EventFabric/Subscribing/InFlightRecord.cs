using EventFabric.Drivers;
using EventFabric.Lanes;
using EventFabric.Retry;
using EventFabric.Tracking;

namespace EventFabric.Subscribing;

/// <summary>A record that was taken from the broker and is not finished. Pooled; what it refers to is set anew for each record.</summary>
internal sealed class InFlightRecord : LaneRecord
{
    /// <summary>The tenure that it came in.</summary>
    public PartitionState Part { get; set; } = null!;

    public ReceiverSession Session { get; set; } = null!;

    /// <summary>Its number in the tenure's tracker; cumulative settling only.</summary>
    public long Sequence { get; set; }

    /// <summary>What settles it; the handle is replaced when the broker delivers it again meanwhile.</summary>
    public RecordRef Ref { get; set; }

    /// <summary>The driver's batch that holds its bytes; null once they were copied out.</summary>
    public BatchLease? Batch { get; set; }

    public int Index { get; set; }

    /// <summary>Attempts that failed here.</summary>
    public int Attempts { get; set; }

    /// <summary>Until when the broker's lease surely lasts; <see cref="long.MaxValue"/>: no lease.</summary>
    public long LeaseEnds { get; set; }

    /// <summary>When it was taken; leases are extended no further than the broker's maximum from here.</summary>
    public long Taken { get; set; }

    /// <summary>Set while it failed and is not done with.</summary>
    public FailedRecord? Failed { get; set; }

    /// <summary>Its number among all that this subscription took, for giving back in order.</summary>
    public long Arrival { get; set; }

    /// <summary>Its handler ran into HandlerTimeout and has not ended: its lease is not extended any more.</summary>
    public bool IsTimedOut { get; set; }

    /// <summary>The broker says that its lease is over: it may be with somebody else.</summary>
    public bool IsLeaseLost { get; set; }

    /// <summary>It is not ours any more: nothing of it is started, and nothing is told to the broker.</summary>
    public bool IsGone => IsLeaseLost || Part.IsClosed;

    /// <summary>It goes back: an older one of its key is not ours any more, and it must come again behind it.</summary>
    public bool IsReturned { get; set; }

    /// <summary>For a release to a broker that keeps it for a while.</summary>
    public TimeSpan ReleaseDelay { get; set; }

    /// <summary>Why it was dropped, where the broker takes a reason.</summary>
    public string? Reason { get; set; }

    /// <summary>The record itself: in the driver's slab, or the copy.</summary>
    public ref readonly InboundRecord Record => ref Failed is { } failed ? ref failed.Copy : ref Batch!.Batch!.Records[Index];

    /// <summary>Number of the delivery that runs or ran last, from 1: the higher of our count and the broker's.</summary>
    public int Attempt => Math.Max(Attempts + 1, Record.DeliveryCount);

    /// <summary>Forgets what it referred to, before it goes back to the pool.</summary>
    public void Clear()
    {
        (Part, Session, Batch, Failed, Reason) = (null!, null!, null, null, null);
        (Ref, Attempts, ReleaseDelay) = (default, 0, default);
        (IsTimedOut, IsLeaseLost, IsReturned) = (false, false, false);
    }
}
