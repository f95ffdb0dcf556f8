using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Subscribing;

/// <summary>A handler class for one event at a time.</summary>
internal sealed class HandlerRegistration<TEvent, THandler>(string subscription) : HandlerRegistration(subscription)
    where TEvent : notnull
    where THandler : class, IEventHandler<TEvent>
{
    public override Type EventType => typeof(TEvent);

    public override Type? HandlerType => typeof(THandler);

    public override bool IsBatch => false;

    public override IEnumerable<WireBinding> Bind(HandlerBinding binding)
    {
        if (binding.IsSingleton(typeof(THandler)))
            return Bind(binding, new DirectHandlerEntry<TEvent>(binding.Index, binding.Services.GetRequiredService<THandler>().HandleAsync));
        return Bind(binding, new ScopedHandlerEntry<TEvent, THandler>(binding.Index, ownsScope: binding.Middleware.Count == 0));
    }
}
