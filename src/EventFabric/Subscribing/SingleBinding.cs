using System.Runtime.CompilerServices;
using EventFabric.Serialization;

namespace EventFabric.Subscribing;

/// <inheritdoc/>
/// <typeparam name="T">The event that the handler takes; the wire may hold an older type that is upcast to it.</typeparam>
internal sealed class TypeBinding<T>(HandlerEntry<T> entry, PayloadDecoder<T> decoder) : TypeBinding(entry)
    where T : notnull
{
    public override ValueTask<Settlement> InvokeAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var slot = (DeliverySlot<T>)delivery.SlotFor(Entry);
        var version = ++slot.Version;
        Unsafe.SkipInit(out ValueTask<T> pending);
        if (!decoder.TryDecode(in delivery.Decoded, new EventContext(slot, version), ref slot.Payload, ref pending, cancellationToken))
            return InvokeSlowAsync(pending, delivery, slot, version, cancellationToken);
        return entry.HandleAsync(delivery, new EventContext<T>(slot, version), cancellationToken);
    }

    public override void End(Delivery delivery)
    {
        var slot = (DeliverySlot<T>)delivery.SlotFor(Entry);
        slot.Version++;
        slot.Payload = default;
    }

    private async ValueTask<Settlement> InvokeSlowAsync(
        ValueTask<T> payload,
        Delivery delivery,
        DeliverySlot<T> slot,
        int version,
        CancellationToken cancellationToken)
    {
        slot.Payload = await payload.ConfigureAwait(false);
        return await entry.HandleAsync(delivery, new EventContext<T>(slot, version), cancellationToken).ConfigureAwait(false);
    }
}
