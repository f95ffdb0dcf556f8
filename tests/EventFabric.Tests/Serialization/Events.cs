using System.Text.Json.Serialization;

namespace EventFabric.Tests.Serialization;

[EventType("shop.order.placed.v2", Aliases = ["order-placed", "shop.order.placed"])]
internal sealed record OrderPlaced(string OrderId, decimal TotalAmount);

[EventType("shop.order.placed.v1")]
internal sealed record OrderPlacedV1(string OrderId, long Cents);

[EventType("shop.order.placed.v0")]
internal sealed record OrderPlacedV0(string Id);

[EventType("shop.reading.v1")]
internal readonly record struct Reading(string Device, double Value);

internal sealed record Nameless(int Number);

[EventType("shop.order.placed.v1")]
internal sealed record SameName(int Number);

[JsonSerializable(typeof(OrderPlaced))]
[JsonSerializable(typeof(Reading))]
internal sealed partial class ShopJson : JsonSerializerContext;
