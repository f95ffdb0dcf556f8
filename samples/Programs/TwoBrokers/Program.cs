using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Contracts;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddDbContext<ShopDb>(o => o.UseNpgsql(builder.Configuration.GetConnectionString("shop")));
builder.Services.AddSingleton<IPayments, CardPayments>();
builder.Services.AddSingleton<IMailbox, ConsoleMailbox>();
builder.Services.AddEventFabric().AddInMemory().AddKafka().AddNats().AddJson(ShopJson.Default).AddJson(ReadingJson.Default).AddEvent<Reading>("readings", key: r => r.DeviceId)
    .AddHandler<OrderPlaced, ChargeCard>("billing").AddHandler<OrderPlaced, SendMail>("mail");
builder.Build().Run();
