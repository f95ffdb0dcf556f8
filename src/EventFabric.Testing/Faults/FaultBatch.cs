using EventFabric.Drivers;

namespace EventFabric.Testing.Faults;

/// <summary>Copies of records that are in flight, handed out again.</summary>
internal sealed class FaultBatch : InboundBatch
{
    private readonly InboundRecord[] _records;

    public FaultBatch(InboundRecord[] records, long leaseEnds)
    {
        _records = records;
        LeaseEnds = leaseEnds;
    }

    public override ReadOnlySpan<InboundRecord> Records => _records;

    public override void Recycle()
    {
    }
}
