using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Contenders;

/// <summary>B2: orders as JSON through the in-memory log.</summary>
internal sealed class OrderPipeline : IContender
{
    private readonly Consumption _consumption = new();
    private readonly FabricHost _host;

    public OrderPipeline(Settings settings) => _host = new FabricHost("InMemory", settings.ToConfiguration(), builder =>
    {
        builder.Services.AddSingleton(_consumption).AddSingleton<OrderHandler>();
        builder.AddInMemory()
            .AddJson(PayloadJson.Default)
            .AddEvent<Order>(FabricHost.Channel)
            .AddHandler<Order, OrderHandler>(FabricHost.Subscription);
    });

    public async ValueTask StartAsync() => await _host.StartAsync();

    public async ValueTask<long> RunAsync(Window window)
    {
        _consumption.Begin(window);
        var publisher = _host.Publisher;
        var events = 0L;
        while (!window.IsOver)
        {
            for (var i = 0; i < 64; i++, events++)
            {
                _consumption.BeforePublish();
                var sent = Lead.Stamp(events);
                await publisher.PublishAsync(sent == 0 ? Order.Example : Order.Example with { Sent = sent });
            }
        }

        _consumption.WaitForAll();
        return events;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private sealed class OrderHandler(Consumption consumption) : IEventHandler<Order>
    {
        public ValueTask<Settlement> HandleAsync(EventContext<Order> context, CancellationToken cancellationToken)
        {
            consumption.Handled(context.Data.Sent);
            return new ValueTask<Settlement>(Settlement.Ack);
        }
    }
}
