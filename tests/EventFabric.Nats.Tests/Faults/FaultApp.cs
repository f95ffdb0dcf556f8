using System.Diagnostics;
using EventFabric.Drivers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>A service that publishes to, and perhaps handles from, the stream of a plan.</summary>
internal sealed class FaultApp : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _stopped;

    private FaultApp(IHost host, LogWatch logs) => (_host, Logs) = (host, logs);

    internal IEventPublisher Publisher => _host.Services.GetRequiredService<IEventPublisher>();

    /// <summary>What it logged.</summary>
    internal LogWatch Logs { get; }

    /// <summary>Starts a service.</summary>
    /// <param name="settings">Its configuration.</param>
    /// <param name="handlers">What handles, by the name of the subscription.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<FaultApp> StartAsync(
        Dictionary<string, string?> settings, IReadOnlyDictionary<string, FaultHandler> handlers, CancellationToken cancellationToken)
    {
        var watch = new LogWatch();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.AddProvider(watch);
        var events = builder.Services.AddEventFabric().AddNats().AddJson(FaultJson.Default).AddEvent<NumberedEvent>("main", key: static numbered => numbered.Key);
        foreach (var (subscription, handler) in handlers)
            events.AddHandler<NumberedEvent>(subscription, (context, token) => handler(context, token));
        var app = new FaultApp(builder.Build(), watch);
        try
        {
            await app._host.StartAsync(cancellationToken);
            return app;
        }
        catch
        {
            app._host.Dispose();
            throw;
        }
    }

    /// <summary>Notes a delivery, not its later attempts.</summary>
    internal static void Deliver(Oracle oracle, EventContext<NumberedEvent> context, bool ordered)
    {
        if (context.Attempt != 1)
            return;
        // A group without order has one position in the stream.
        var at = RecordPosition.From(context.Position);
        oracle.Deliver(context.Data, ordered ? at.Partition : 0, at.Major, Stopwatch.GetTimestamp());
    }

    /// <summary>Stops as a host does.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
            return;
        _stopped = true;
        await _host.StopAsync(cancellationToken);
        _host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        using var quick = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await StopAsync(quick.Token);
    }
}
