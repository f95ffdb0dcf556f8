using System.Buffers;
using EventFabric;

namespace Orders;

/// <summary>A dead letter as the desk sees it: whatever bytes it has.</summary>
[EventType("shop.order.placed.v1")]
public sealed record DeadOrder(byte[] Body);

/// <summary>Reads the dead-letter channel, as an application of its own would, and keeps the ids.</summary>
public sealed class DeadLetterDesk(Ledger ledger) : IEventHandler<DeadOrder>
{
    public ValueTask<Settlement> HandleAsync(EventContext<DeadOrder> context, CancellationToken cancellationToken)
    {
        if (Story.NumberOf(context.Id) is var number and > 0) ledger.DeadLettered(number);
        return new(Settlement.Ack);
    }
}

/// <summary>Takes any bytes: the dead letters of orders are of the orders' content type, and some cannot be decoded.</summary>
public sealed class AnyBytesSerializer : IEventSerializer
{
    public string ContentType => OrderSerializer.Orders;

    public ValueTask SerializeAsync<T>(T data, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The desk only reads.");

    public ValueTask<T> DeserializeAsync<T>(ReadOnlySequence<byte> body, EventContext context, CancellationToken cancellationToken) =>
        new((T)(object)new DeadOrder(body.ToArray()));
}
