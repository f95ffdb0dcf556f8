using EventFabric;
using Shop.Contracts;

public sealed class ShipOrder(TenantScope scope) : IEventHandler<OrderPlaced>
{
    public async ValueTask<Settlement> HandleAsync(EventContext<OrderPlaced> context, CancellationToken cancellationToken)
    {
        await Console.Out.WriteLineAsync($"{scope.Tenant} ships {context.Data.OrderId}".AsMemory(), cancellationToken);
        return Settlement.Ack;
    }
}
