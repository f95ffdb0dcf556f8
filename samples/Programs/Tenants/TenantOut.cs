using EventFabric;

public sealed class TenantOut(ITenantAccessor tenant) : IPublishMiddleware
{
    public ValueTask<PublishResult> PublishAsync(
        PublishContext context,
        Func<PublishContext, CancellationToken, ValueTask<PublishResult>> next,
        CancellationToken cancellationToken)
    {
        context.Headers["tenant"] = tenant.Current ?? throw new UnauthorizedAccessException($"no tenant for {context.Type}");   // nothing is sent
        return next(context, cancellationToken);
    }
}
