using EventFabric;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Contracts;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddEventFabric().AddInMemory().AddKafka().AddNats().AddJson(ShopJson.Default)
    .AddHandler<OrderPlaced>("billing", static (context, _) => { Console.WriteLine(context.Data.OrderId); return new(Settlement.Ack); });
builder.Build().Run();
