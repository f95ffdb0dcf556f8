using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Subscribing;

/// <summary>A handler class for batches.</summary>
internal sealed class BatchHandlerRegistration<TEvent, THandler>(string subscription) : HandlerRegistration(subscription)
    where TEvent : notnull
    where THandler : class, IEventBatchHandler<TEvent>
{
    public override Type EventType => typeof(TEvent);

    public override Type? HandlerType => typeof(THandler);

    public override bool IsBatch => true;

    public override IEnumerable<WireBinding> Bind(HandlerBinding binding)
    {
        var singleton = binding.IsSingleton(typeof(THandler)) ? binding.Services.GetRequiredService<THandler>() : null;
        var entry = new BatchEntry<TEvent>(binding.Index, services => singleton ?? services.GetRequiredService<THandler>(), binding.Middleware);
        foreach (var (wireType, isUpcast, decoder) in binding.Decoders.For<TEvent>())
            yield return new WireBinding(wireType, isUpcast, new BatchBinding<TEvent>(entry, decoder));
    }
}
