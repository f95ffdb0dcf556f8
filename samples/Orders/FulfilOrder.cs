using EventFabric;

namespace Orders;

/// <summary>Handles orders, as the story says: some fail once, some always.</summary>
public sealed class FulfilOrder(Ledger ledger) : IEventHandler<OrderPlaced>
{
    public async ValueTask<Settlement> HandleAsync(EventContext<OrderPlaced> context, CancellationToken cancellationToken)
    {
        var order = context.Data;
        if (Story.NumberOf(context.Id) == 0) return await CarryOnAsync(order);
        ledger.Enter(order, context.Attempt);
        try
        {
            await Task.Yield();   // where a real handler would talk to its database
            switch (Story.FateOf(order.Number))
            {
                case Fate.FailsOnce when context.Attempt == 1: throw new TimeoutException("The card service did not answer.");
                case Fate.FailsAlways: throw new InvalidOperationException("The card service does not know this customer.");
            }

            ledger.Handled(order.Number);
            return Settlement.Ack;
        }
        finally
        {
            ledger.Leave(order);
        }
    }

    // An earlier run was killed, and its orders are still to be fulfilled: they come first.
    private async ValueTask<Settlement> CarryOnAsync(OrderPlaced order)
    {
        await Task.Yield();
        ledger.CarriedOn();
        return Story.FateOf(order.Number) == Fate.FailsAlways ? Settlement.DeadLetter("unknown-customer") : Settlement.Ack;
    }
}
