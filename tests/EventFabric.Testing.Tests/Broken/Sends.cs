using EventFabric.Drivers;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>A defect of the senders of one role.</summary>
internal sealed class Sends(Func<ISender, ISender> make, ChannelRole role = ChannelRole.Main) : Defect
{
    internal override ISender Sender(ISender inner, ChannelPlan plan) => plan.Role == role ? make(inner) : inner;
}

/// <summary>Says that it has what it does not store.</summary>
internal sealed class LosingSender(ISender inner, Func<int, int, bool> loses) : DefectiveSender(inner)
{
    public override ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        var records = batch.Records.ToArray();
        var kept = Enumerable.Range(0, records.Length).Where(index => !loses(index, records.Length)).ToList();
        for (var index = 0; index < records.Length; index++)
        {
            if (loses(index, records.Length)) batch.Complete(index, new SendOutcome(SendStatus.Accepted, default, null));
        }

        return kept.Count == 0 ? default : SendInsteadAsync(batch, kept.ConvertAll(index => records[index]), index => kept[index], abort);
    }
}

/// <summary>Takes everything and stores nothing.</summary>
internal sealed class BlackHole : ISender
{
    public SendTraits Traits { get; } = new(1000, 1 << 20, 1 << 20, 100, 10, 10_000, new CloudEventsBinding("ce_", "content-type"), DedupById: false);

    public long Measure(in OutboundRecord record) => record.Body.Length;

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        for (var index = 0; index < batch.Records.Length; index++) batch.Complete(index, new SendOutcome(SendStatus.Accepted, default, null));
        return default;
    }

    public ValueTask DisposeAsync() => default;
}
