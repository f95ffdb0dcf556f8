using EventFabric.Testing.Payloads;

namespace EventFabric.Testing.Conformance;

/// <summary>Hands each event of a batch to the case's handler, in order, and gives its verdicts back by index.</summary>
internal sealed class NoteBatchHandler(CaseApp app) : IEventBatchHandler<Note>
{
    public async ValueTask<BatchSettlement> HandleAsync(IReadOnlyList<EventContext<Note>> batch, CancellationToken cancellationToken)
    {
        app.SawBatch(batch.Count);
        var verdicts = new BatchSettlement(Settlement.Ack);
        for (var index = 0; index < batch.Count; index++)
            verdicts[index] = await app.HandleAsync(batch[index], cancellationToken).ConfigureAwait(false);
        return verdicts;
    }
}
