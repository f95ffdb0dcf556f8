using System.Text.Json.Serialization;
using EventFabric;

namespace Orders;

/// <summary>An order of a customer. The attribute's name goes over the wire, so the class may be renamed.</summary>
/// <param name="Number">1, 2, 3 in the order of publishing.</param>
/// <param name="Customer">Whose order it is: the key, so orders of one customer are fulfilled one after the other.</param>
/// <param name="Total">What is to be paid.</param>
[EventType("shop.order.placed.v1")]
public sealed record OrderPlaced(int Number, int Customer, decimal Total);

/// <summary>JSON without reflection.</summary>
[JsonSerializable(typeof(OrderPlaced))]
public sealed partial class OrderJson : JsonSerializerContext;
