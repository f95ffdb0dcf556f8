using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Contracts;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddDbContext<ShopDb>(o => o.UseNpgsql(builder.Configuration.GetConnectionString("shop")));
builder.Services.AddSingleton<IPayments, CardPayments>();
builder.Services.AddEventFabric().AddInMemory().AddKafka().AddNats().AddJson(ShopJson.Default)
    .AddHandler<OrderPlaced, ChargeCard>("billing").DeadLetterOn<ValidationException>();
builder.Build().Run();
