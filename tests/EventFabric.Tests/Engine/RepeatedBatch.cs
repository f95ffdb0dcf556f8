using EventFabric.Drivers;

namespace EventFabric.Tests.Engine;

/// <summary>One batch, handed over again and again with new positions; what it costs is the engine's.</summary>
internal sealed class RepeatedBatch(InboundRecord[] records) : InboundBatch
{
    private long _position;

    public int Recycled { get; private set; }

    public override ReadOnlySpan<InboundRecord> Records => records;

    public RepeatedBatch Next(Ownership owner)
    {
        for (var i = 0; i < records.Length; i++)
            records[i].Ref = new RecordRef(owner, new RecordPosition(owner.Index, _position++, 0, null), null);
        return this;
    }

    public override void Recycle() => Recycled++;
}
