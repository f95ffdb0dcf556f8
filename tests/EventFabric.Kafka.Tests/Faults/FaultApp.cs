using System.Diagnostics;
using EventFabric.Drivers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventFabric.Kafka.Tests.Faults;

/// <summary>A service that publishes to, and perhaps handles from, one topic.</summary>
internal sealed class FaultApp : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private bool _stopped;
    private int _handled;

    private FaultApp(ServiceProvider services, LogWatch logs) => (_services, Logs) = (services, logs);

    internal IEventPublisher Publisher => _services.GetRequiredService<IEventPublisher>();

    /// <summary>What it logged.</summary>
    internal LogWatch Logs { get; }

    /// <summary>How often its handler was called.</summary>
    internal int Handled => Volatile.Read(ref _handled);

    /// <summary>Starts a service that only publishes.</summary>
    internal static Task<FaultApp> PublishAsync(FaultPlan plan, CancellationToken cancellationToken) => StartAsync(plan, null, cancellationToken);

    /// <summary>Starts a member of the group.</summary>
    internal static async Task<FaultApp> StartAsync(
        FaultPlan plan, Func<EventContext<NumberedEvent>, CancellationToken, ValueTask<Settlement>>? handler, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(plan.Settings(handles: handler is not null)).Build();
        var watch = new LogWatch();
        services.AddLogging(logging => logging.AddProvider(watch));
        var builder = services.AddEventFabric(configuration.GetSection("EventFabric")).AddKafka().AddJson(FaultJson.Default).AddEvent<NumberedEvent>("main", key: static numbered => numbered.Key);
        FaultApp? app = null;
        if (handler is not null)
        {
            builder.AddHandler<NumberedEvent>("work", (context, token) =>
            {
                Interlocked.Increment(ref app!._handled);
                return handler(context, token);
            });
        }

        app = new FaultApp(services.BuildServiceProvider(), watch);
        try
        {
            foreach (var hosted in app._services.GetServices<IHostedService>())
                await hosted.StartAsync(cancellationToken);
            return app;
        }
        catch
        {
            await app.AbandonAsync();
            throw;
        }
    }

    /// <summary>Notes a delivery and acknowledges it.</summary>
    internal static ValueTask<Settlement> Note(Oracle oracle, EventContext<NumberedEvent> context)
    {
        Deliver(oracle, context);
        oracle.Settle(context.Data);
        return new ValueTask<Settlement>(Settlement.Ack);
    }

    /// <summary>Notes a delivery, not its later attempts.</summary>
    internal static void Deliver(Oracle oracle, EventContext<NumberedEvent> context)
    {
        if (context.Attempt != 1)
            return;
        var at = RecordPosition.From(context.Position);
        oracle.Deliver(context.Data, at.Partition, at.Major, Stopwatch.GetTimestamp());
    }

    /// <summary>Stops as a host does.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
            return;
        _stopped = true;
        foreach (var hosted in _services.GetServices<IHostedService>().Reverse())
            await hosted.StopAsync(cancellationToken);
        await _services.DisposeAsync();
    }

    /// <summary>Ends without having been stopped.</summary>
    internal async Task AbandonAsync()
    {
        _stopped = true;
        await _services.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);
}
