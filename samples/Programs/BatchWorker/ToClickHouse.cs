using EventFabric;
using Shop.Contracts;

public sealed class ToClickHouse(IOrderTable table) : IEventBatchHandler<OrderPlaced>
{
    public async ValueTask<BatchSettlement> HandleAsync(IReadOnlyList<EventContext<OrderPlaced>> batch, CancellationToken cancellationToken)
    {
        var (result, rows) = (new BatchSettlement(Settlement.Ack), new List<OrderRow>(batch.Count));
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Data.Total < 0) result[i] = Settlement.DeadLetter("bad-row", "negative total");
            else rows.Add(new OrderRow(batch[i].Id, batch[i].Data.OrderId, batch[i].Data.Total));   // ReplacingMergeTree by Id: redelivery is harmless
        }

        await table.InsertAsync(rows, cancellationToken);                  // throws: all are retried, one by one
        return result;
    }
}
