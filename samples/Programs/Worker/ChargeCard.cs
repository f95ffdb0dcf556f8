using EventFabric;
using Shop.Contracts;

public sealed class ChargeCard(ShopDb db, IPayments payments) : IEventHandler<OrderPlaced>
{
    public async ValueTask<Settlement> HandleAsync(EventContext<OrderPlaced> context, CancellationToken cancellationToken)
    {
        if (context.Data.Total <= 0) return Settlement.DeadLetter("invalid-total");
        db.Charges.Add(await payments.ChargeAsync(context.Data, idempotencyKey: context.Id, cancellationToken));   // Id is the same on every attempt
        await db.SaveChangesAsync(cancellationToken);
        return Settlement.Ack;
    }
}
