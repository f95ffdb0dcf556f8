using System.Text.Json.Serialization;
using EventFabric;

namespace Shop.Contracts;

/// <summary>A customer placed an order.</summary>
[EventType("shop.order.placed.v1")]
public sealed record OrderPlaced(string OrderId, decimal Total);

/// <summary>How the contracts become JSON, without reflection.</summary>
[JsonSerializable(typeof(OrderPlaced))]
public sealed partial class ShopJson : JsonSerializerContext;
