using EventFabric.Serialization;

namespace EventFabric.Subscribing;

/// <inheritdoc/>
/// <typeparam name="T">The event that the batch handler takes.</typeparam>
internal sealed class BatchBinding<T>(BatchEntry<T> entry, PayloadDecoder<T> decoder) : TypeBinding(entry)
    where T : notnull
{
    public override bool TakesBatches => true;

    public override ValueTask<Settlement> InvokeAsync(Delivery delivery, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override async ValueTask InvokeBatchAsync(BatchCall call, CancellationToken cancellationToken)
    {
        var contexts = new List<EventContext<T>>(call.Count);
        var places = new List<int>(call.Count);
        for (var i = 0; i < call.Count; i++)
        {
            if (call.WaitsForEarlier(i))
                continue;
            var slot = (DeliverySlot<T>)call.Deliveries[i].SlotFor(Entry);
            var version = ++slot.Version;
            try
            {
                slot.Payload = await decoder.DecodeAsync(in call.Deliveries[i].Decoded, new EventContext(slot, version), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                call.Fail(i, error);
                continue;
            }

            contexts.Add(new EventContext<T>(slot, version));
            places.Add(i);
        }

        if (places.Count == 0)
            return;
        var scope = call.Deliveries[0];
        BatchSettlement? settlement;
        try
        {
            settlement = await entry.HandleAsync(scope.Services, contexts, cancellationToken).ConfigureAwait(false);
            await scope.DisposeScopeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            foreach (var place in places)
                call.Fail(place, error);
            return;
        }

        // An index outside the batch is a handler's bug: all of it is retried.
        var bug = settlement is null || settlement.HighestIndex >= places.Count;
        for (var i = 0; i < places.Count; i++)
            call.Settle(places[i], bug ? default : settlement![i]);
    }

    public override void End(Delivery delivery)
    {
        var slot = (DeliverySlot<T>)delivery.SlotFor(Entry);
        slot.Version++;
        slot.Payload = default;
    }
}
