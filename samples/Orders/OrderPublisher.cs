using EventFabric;

namespace Orders;

/// <summary>Publishes all orders in batches, and waits where it would get too far ahead of the handlers.</summary>
public sealed class OrderPublisher(IEventPublisher publisher, Ledger ledger, RunOptions options)
{
    private const int BatchSize = 250;
    private const int MaxAhead = 10_000;

    public async Task PublishAllAsync(CancellationToken cancellationToken)
    {
        for (var first = 1; first <= options.Events; first += BatchSize)
        {
            var count = Math.Min(BatchSize, options.Events - first + 1);
            while (first - 1 + count - ledger.Settled > MaxAhead) await Task.Delay(1, cancellationToken);
            await PublishAsync([.. Enumerable.Range(first, count).Select(number => Story.Order(number, options.Keys))], cancellationToken);
        }
    }

    // A batch throws when any entry failed. What failed for a reason that passes is published again under the same ids:
    // within a key the stored entries are the first ones, so order holds.
    private async Task PublishAsync(List<OrderPlaced> orders, CancellationToken cancellationToken)
    {
        while (orders.Count > 0)
        {
            try
            {
                await publisher.PublishBatchAsync(orders, static order => new() { Id = Story.IdOf(order.Number) }, cancellationToken);
                ledger.Published(orders);
                return;
            }
            catch (PublishException e) when (e.Results.All(result => result.Error is null || Passes(result.Error)))
            {
                ledger.Published(orders.Where((_, i) => e.Results[i].Error is null));
                orders = [.. orders.Where((_, i) => e.Results[i].Error is not null)];
            }
        }
    }

    private static bool Passes(EventFabricException error) => error.IsTransient || error.Kind == EventFabricErrorKind.OrderGap;
}
