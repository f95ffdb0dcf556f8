using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Subscribing;

/// <summary>A handler class from the delivery's scope: one instance for each attempt, disposed with its scope before the event is settled.</summary>
internal sealed class ScopedHandlerEntry<T, THandler>(int index, bool ownsScope) : HandlerEntry<T>(index)
    where T : notnull
    where THandler : class, IEventHandler<T>
{
    public override async ValueTask<Settlement> HandleAsync(Delivery delivery, EventContext<T> context, CancellationToken cancellationToken)
    {
        var settlement = await delivery.Services.GetRequiredService<THandler>().HandleAsync(context, cancellationToken).ConfigureAwait(false);
        // With middleware around it the scope lasts until the middleware is through.
        if (ownsScope)
            await delivery.DisposeScopeAsync().ConfigureAwait(false);
        return settlement;
    }
}
