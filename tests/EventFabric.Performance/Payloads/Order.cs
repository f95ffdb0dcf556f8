using System.Text.Json.Serialization;

namespace EventFabric.Performance.Payloads;

/// <summary>The event of B2: 197 bytes of JSON.</summary>
[EventType("performance.order.v1")]
internal sealed record Order(string OrderId, string CustomerId, string Product, int Quantity, decimal Total, DateTimeOffset PlacedAt, long Sent)
{
    public static Order Example { get; } = new(
        "ord-2026-000000042", "customer-0000017", "a product with a middling name", 12, 1234.56m, new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.Zero), 0);
}

/// <summary>Metadata of <see cref="Order"/>, made at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
internal sealed partial class PayloadJson : JsonSerializerContext;
