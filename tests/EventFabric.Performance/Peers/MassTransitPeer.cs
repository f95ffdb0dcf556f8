using EventFabric.Performance.Harness;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Peers;

/// <summary>MassTransit 8 over its in-memory transport: published, one consumer.</summary>
internal sealed class MassTransitPeer : IContender
{
    private readonly Consumption _consumption = new();
    private ServiceProvider? _services;
    private IBusControl? _bus;

    public async ValueTask StartAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(_consumption);
        services.AddMassTransit(static configure =>
        {
            configure.AddConsumer<ReadingConsumer>();
            configure.UsingInMemory(static (context, bus) => bus.ConfigureEndpoints(context));
        });
        _services = services.BuildServiceProvider();
        _bus = _services.GetRequiredService<IBusControl>();
        await _bus.StartAsync();
    }

    public async ValueTask<long> RunAsync(Window window)
    {
        _consumption.Begin(window);
        var events = 0L;
        for (; !window.IsOver; events++)
        {
            _consumption.BeforePublish();
            await _bus!.Publish(new PeerMessage(events, Lead.Stamp(events)));
        }

        _consumption.WaitForAll();
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
            await _bus.StopAsync();
        if (_services is not null)
            await _services.DisposeAsync();
    }

    private sealed class ReadingConsumer(Consumption consumption) : IConsumer<PeerMessage>
    {
        public Task Consume(ConsumeContext<PeerMessage> context)
        {
            consumption.Handled(context.Message.Sent);
            return Task.CompletedTask;
        }
    }
}
