using EventFabric.Configuration.Plans;
using EventFabric.Configuration.Startup;
using EventFabric.Drivers;
using EventFabric.Publishing;
using EventFabric.Scheduling;
using Microsoft.Extensions.Logging;

namespace EventFabric.Configuration;

/// <summary>What lives as long as the container: the plan, the publishers of its channels and the connections of its brokers. Any thread.</summary>
internal sealed class FabricRuntime(FabricPlanSource source, Provisioner provisioner, WorkScheduler scheduler, ILoggerFactory loggers)
    : IAsyncDisposable, IDisposable
{
    private readonly Dictionary<(BrokerRuntime Broker, string Address, ChannelRole Role), ChannelPublisher> _publishers = [];
    private bool _isDisposed;

    /// <summary>The plan; made on first use.</summary>
    public FabricPlan Plan => source.Get();

    public Provisioner Provisioner { get; } = provisioner;

    /// <summary>The publisher of one address, made on first use; it connects when something is published.</summary>
    /// <exception cref="ObjectDisposedException">The container is disposed.</exception>
    public ChannelPublisher GetPublisher(BrokerRuntime broker, ChannelPlan senderPlan)
    {
        var plan = Plan;
        lock (_publishers)
        {
            if (_isDisposed) throw PublishErrors.Disposed();
            var key = (broker, senderPlan.Address, senderPlan.Role);
            if (!_publishers.TryGetValue(key, out var publisher))
                _publishers.Add(key, publisher = Create(plan, broker, senderPlan));
            return publisher;
        }
    }

    /// <summary>Throws once the container is disposed, for what would otherwise be found out event by event.</summary>
    /// <exception cref="ObjectDisposedException">The container is disposed.</exception>
    public void ThrowIfDisposed()
    {
        lock (_publishers)
        {
            if (_isDisposed) throw PublishErrors.Disposed();
        }
    }

    /// <summary>Lets what is published end, each event within the publish timeout; then closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        ChannelPublisher[] publishers;
        lock (_publishers)
        {
            _isDisposed = true;
            publishers = [.. _publishers.Values];
        }

        await Task.WhenAll(publishers.Select(static publisher => publisher.DisposeAsync().AsTask())).ConfigureAwait(false);
        foreach (var broker in source.Made?.Brokers.Values ?? []) await broker.Connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Begins what <see cref="DisposeAsync"/> does and waits for nothing: a container that is disposed without await must not throw for it, nor block a
    /// thread on a broker. What is published still ends, well or with an error.
    /// </summary>
    public void Dispose() => _ = DisposeAsync().AsTask();

    private ChannelPublisher Create(FabricPlan plan, BrokerRuntime broker, ChannelPlan senderPlan)
    {
        // Dead letters and other copies carry headers of ours beside an event that had the full size.
        var settings = new ChannelPublisherSettings(
            plan.PublishTimeout,
            plan.MaxPendingPublishes,
            senderPlan.Role == ChannelRole.Main ? plan.MaxEventBytes : null,
            cancellationToken => Provisioner.EnsureCreatedAsync(broker, cancellationToken));
        return new ChannelPublisher(broker.Connection, senderPlan, settings, scheduler, loggers.CreateLogger<ChannelPublisher>());
    }
}
