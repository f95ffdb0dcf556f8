using System.Text.Json.Serialization;
using EventFabric;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddEventFabric().AddInMemory().AddJson(ShopJson.Default)
    .AddEvent<OrderPlaced>("orders", key: order => order.Customer)     // orders of one customer stay in order
    .AddHandler<OrderPlaced, SayThanks>("thanks");

using var host = builder.Build();
await host.StartAsync();
var publisher = host.Services.GetRequiredService<IEventPublisher>();
await publisher.PublishAsync(new OrderPlaced("ada", 12m));             // completes when the broker has it
await host.WaitForShutdownAsync();

[EventType("shop.order.placed.v1")]                                    // the name on the wire
public sealed record OrderPlaced(string Customer, decimal Total);

[JsonSerializable(typeof(OrderPlaced))]
public sealed partial class ShopJson : JsonSerializerContext;

public sealed class SayThanks : IEventHandler<OrderPlaced>
{
    public ValueTask<Settlement> HandleAsync(EventContext<OrderPlaced> context, CancellationToken cancellationToken)
    {
        if (context.Data.Total <= 0) return new(Settlement.DeadLetter("invalid-total"));
        Console.WriteLine($"Thank you, {context.Data.Customer}.");     // an exception here would mean: try again, by policy
        return new(Settlement.Ack);
    }
}
