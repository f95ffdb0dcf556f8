using Shop.Contracts;

public interface IPayments
{
    Task<Charge> ChargeAsync(OrderPlaced order, string idempotencyKey, CancellationToken cancellationToken);
}

/// <summary>Stands for the payment provider's client.</summary>
public sealed class CardPayments : IPayments
{
    public Task<Charge> ChargeAsync(OrderPlaced order, string idempotencyKey, CancellationToken cancellationToken) =>
        Task.FromResult(new Charge(idempotencyKey, order.OrderId, order.Total));
}
