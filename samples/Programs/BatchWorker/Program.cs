using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Contracts;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton<IOrderTable, CountingOrderTable>();
builder.Services.AddEventFabric().AddInMemory().AddJson(ShopJson.Default)
    .AddBatchHandler<OrderPlaced, ToClickHouse>("warehouse");
builder.Build().Run();
