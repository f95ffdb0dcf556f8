using System.Buffers;
using System.Text.Json;
using EventFabric;

namespace Orders;

/// <summary>Writes and reads orders. The body of a damaged order is cut in half, as a faulty producer would do.</summary>
public sealed class OrderSerializer : IEventSerializer
{
    /// <summary>The content type by which this serializer is chosen.</summary>
    public const string Orders = "application/vnd.shop.order";

    public string ContentType => Orders;

    public ValueTask SerializeAsync<T>(T data, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
    {
        if (data is not OrderPlaced order) throw new NotSupportedException($"{typeof(T)} is not an order.");
        ReadOnlySpan<byte> body = JsonSerializer.SerializeToUtf8Bytes(order, OrderJson.Default.OrderPlaced);
        output.Write(Story.FateOf(order.Number) == Fate.Damaged ? body[..(body.Length / 2)] : body);
        return default;
    }

    public ValueTask<T> DeserializeAsync<T>(ReadOnlySequence<byte> body, EventContext context, CancellationToken cancellationToken)
    {
        var reader = new Utf8JsonReader(body);
        object? order = JsonSerializer.Deserialize(ref reader, OrderJson.Default.OrderPlaced);
        return new((T)(order ?? throw new JsonException("The body is null.")));
    }
}
