using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Contracts;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton<ITenantAccessor, AmbientTenant>().AddSingleton<IKeyRing, KeyRing>().AddScoped<TenantScope>();
builder.Services.AddEventFabric().AddInMemory().AddJson(ShopJson.Default).AddEvent<OrderPlaced>("orders", key: e => e.OrderId)
    .AddPublishMiddleware<TenantOut>().AddHandlerMiddleware<TenantIn>().AddPayloadTransform<AesGcm1>()
    .AddHandler<OrderPlaced, ShipOrder>("shipping");
builder.Build().Run();
