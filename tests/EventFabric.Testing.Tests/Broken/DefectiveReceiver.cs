using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;
using EventFabric.InMemory;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>A receiver that does something wrong; what it does not override is right.</summary>
internal class DefectiveReceiver(IReceiver inner) : IReceiver, ILeaseExtender, IFaultableReceiver
{
    public virtual ReceiveTraits Traits => inner.Traits;

    protected IReceiver Inner => inner;

    public virtual ValueTask<InboundBatch?> ReceiveAsync(int maxRecords) => inner.ReceiveAsync(maxRecords);

    public virtual ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
        inner.SettleAsync(commands, outcomes, cancellationToken);

    public virtual ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, TimeSpan by, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
        ((ILeaseExtender)inner).ExtendAsync(records, by, outcomes, cancellationToken);

    public void SetFlow(Ownership part, bool open) => inner.SetFlow(part, open);

    public ValueTask StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public virtual ValueTask DisposeAsync() => inner.DisposeAsync();

    public void Crash() => ((IFaultableReceiver)inner).Crash();

    public void Revoke(int? partition) => ((IFaultableReceiver)inner).Revoke(partition);

    public void Steal(int? partition) => ((IFaultableReceiver)inner).Steal(partition);
}

/// <summary>A batch with other records than the broker gave.</summary>
internal sealed class RewrittenBatch : InboundBatch
{
    private readonly InboundBatch _inner;
    private readonly InboundRecord[] _records;

    internal RewrittenBatch(InboundBatch inner, InboundRecord[] records)
    {
        _inner = inner;
        _records = records;
        LeaseEnds = inner.LeaseEnds;
    }

    public override ReadOnlySpan<InboundRecord> Records => _records;

    public override bool TryGetNative<T>(int index, [NotNullWhen(true)] out T? native)
        where T : default => _inner.TryGetNative(index, out native);

    public override void Recycle() => _inner.Recycle();
}

/// <summary>A receiver that changes what it hands over.</summary>
internal sealed class RewritingReceiver(IReceiver inner, Func<InboundRecord[], InboundRecord[]> rewrite) : DefectiveReceiver(inner)
{
    public override async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
    {
        if (await Inner.ReceiveAsync(maxRecords) is not { } batch) return null;
        return new RewrittenBatch(batch, rewrite(batch.Records.ToArray()));
    }
}

/// <summary>A defect that changes what is handed over.</summary>
internal sealed class HandsOver(Func<InboundRecord[], InboundRecord[]> rewrite) : Defect
{
    internal override IReceiver Receiver(IReceiver inner, ChannelPlan plan) => plan.Mode == ReceiveMode.Consume ? new RewritingReceiver(inner, rewrite) : inner;
}

/// <summary>A defect of how settlements are answered.</summary>
internal sealed class Settles(Func<IReceiver, ReadOnlyMemory<SettleCommand>, Memory<SettleOutcome>, CancellationToken, ValueTask> settle) : Defect
{
    internal override IReceiver Receiver(IReceiver inner, ChannelPlan plan) => plan.Mode == ReceiveMode.Consume ? new SettlingReceiver(inner, settle) : inner;

    private sealed class SettlingReceiver(IReceiver inner, Func<IReceiver, ReadOnlyMemory<SettleCommand>, Memory<SettleOutcome>, CancellationToken, ValueTask> settle)
        : DefectiveReceiver(inner)
    {
        public override ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
            settle(Inner, commands, outcomes, cancellationToken);
    }
}
