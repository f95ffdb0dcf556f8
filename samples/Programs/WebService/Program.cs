using EventFabric;
using Shop.Contracts;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddEventFabric().AddInMemory().AddJson(ShopJson.Default)
    .AddEvent<OrderPlaced>("orders", key: e => e.OrderId);                 // no call site can forget the key
var app = builder.Build();
app.MapPost("/orders", async (PlaceOrder cmd, IEventPublisher publisher, CancellationToken ct) =>
{
    try
    {
        await publisher.PublishAsync(new OrderPlaced(cmd.OrderId, cmd.Total), ct);
        return Results.Accepted($"/orders/{cmd.OrderId}");
    }
    catch (PublishException e) when (e.IsTransient)
    {
        return Results.StatusCode(503);
    }
});
app.Run();

public sealed record PlaceOrder(string OrderId, decimal Total);
