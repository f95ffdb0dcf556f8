using System.Collections.Concurrent;
using EventFabric.Drivers;

namespace EventFabric.Performance.Contenders;

/// <summary>A pooled batch whose records differ in key, and keep their bytes; only their positions are new each time.</summary>
internal sealed class ScriptedBatch(InboundRecord[] records, ConcurrentQueue<ScriptedBatch> pool) : InboundBatch
{
    private int _count;

    public override ReadOnlySpan<InboundRecord> Records => records.AsSpan(0, _count);

    public void Fill(Ownership owner, long position, int count)
    {
        _count = Math.Min(count, records.Length);
        for (var i = 0; i < _count; i++)
            records[i].Ref = new RecordRef(owner, new RecordPosition(owner.Index, position + i, 0, null), null);
    }

    public override void Recycle() => pool.Enqueue(this);
}
