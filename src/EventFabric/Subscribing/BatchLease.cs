using EventFabric.Drivers;

namespace EventFabric.Subscribing;

/// <summary>A driver's batch and how many of its records the engine still refers to; guarded by the lock of the subscription.</summary>
internal sealed class BatchLease
{
    public InboundBatch? Batch { get; set; }

    public int Remaining { get; set; }
}
