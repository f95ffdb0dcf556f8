using EventFabric.Drivers;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>A sender that does something wrong; what it does not override is right.</summary>
internal class DefectiveSender(ISender inner) : ISender
{
    public virtual SendTraits Traits => inner.Traits;

    protected ISender Inner => inner;

    public long Measure(in OutboundRecord record) => inner.Measure(in record);

    public virtual ValueTask SendAsync(SendBatch batch, CancellationToken abort) => inner.SendAsync(batch, abort);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>Sends other records in a batch's place. Outcomes go to the record that <paramref name="origin"/> names; null: to none.</summary>
    protected ValueTask SendInsteadAsync(SendBatch batch, IReadOnlyList<OutboundRecord> records, Func<int, int?> origin, CancellationToken abort)
    {
        var instead = new SendBatch(records.ToArray())
        {
            Observer = (index, outcome) =>
            {
                if (origin(index) is { } original) batch.Complete(original, outcome);
            },
        };
        return inner.SendAsync(instead, abort);
    }
}

/// <summary>A sender that changes each record before it sends it.</summary>
internal sealed class RewritingSender(ISender inner, Func<OutboundRecord, OutboundRecord> rewrite) : DefectiveSender(inner)
{
    public override ValueTask SendAsync(SendBatch batch, CancellationToken abort) =>
        SendInsteadAsync(batch, [.. batch.Records.ToArray().Select(rewrite)], static index => index, abort);
}

/// <summary>A defect that changes each record that is sent.</summary>
internal sealed class Rewrites(Func<OutboundRecord, OutboundRecord> rewrite, ChannelRole role = ChannelRole.Main) : Defect
{
    internal override ISender Sender(ISender inner, ChannelPlan plan) => plan.Role == role ? new RewritingSender(inner, rewrite) : inner;
}
