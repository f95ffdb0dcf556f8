using EventFabric;

public sealed class TenantIn(TenantScope scope) : IHandlerMiddleware   // scoped: the handler gets the same TenantScope
{
    public async ValueTask<BatchSettlement> HandleAsync(
        IReadOnlyList<EventContext> events,
        Func<CancellationToken, ValueTask<BatchSettlement>> next,
        CancellationToken cancellationToken)
        => events[0].Headers.TryGetValue("tenant", out scope.Tenant) ? await next(cancellationToken) : Settlement.DeadLetter("no-tenant");
}
