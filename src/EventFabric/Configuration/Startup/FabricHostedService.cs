using EventFabric.Configuration.Plans;
using EventFabric.Configuration.Reading;
using EventFabric.Scheduling;
using EventFabric.Subscribing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventFabric.Configuration.Startup;

/// <summary>Starts brokers and subscriptions with the host, and drains them when it stops. Can be started again after a stop.</summary>
internal sealed class FabricHostedService(
    FabricPlanSource source,
    FabricRegistrations registrations,
    Provisioner provisioner,
    ISubscriptionLoopFactory factory,
    WorkScheduler scheduler,
    ILogger logger) : IHostedService, IAsyncDisposable, IDisposable
{
    private readonly List<ISubscriptionLoop> _loops = [];
    private readonly List<Task> _starting = [];
    private CancellationTokenSource? _stopping;

    /// <inheritdoc/>
    /// <exception cref="OptionsValidationException">Configuration or topology is wrong.</exception>
    /// <exception cref="EventFabricException">A broker did not answer within <c>StartupTimeout</c>.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var plan = source.Get();
        _stopping = new CancellationTokenSource();
        try
        {
            await Task.WhenAll(plan.Brokers.Values.Select(broker => StartAsync(broker, plan, _stopping.Token, cancellationToken))).ConfigureAwait(false);
        }
        catch
        {
            await EndAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var draining = _loops.Count > 0;
        await EndAsync(cancellationToken).ConfigureAwait(false);
        if (draining && cancellationToken.IsCancellationRequested) ConfigurationLog.StoppedBeforeDrained(logger, source.Get().DrainTimeout);
    }

    /// <summary>A host that is disposed without a stop: handlers are cancelled and their events released.</summary>
    public async ValueTask DisposeAsync() => await EndAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);

    public void Dispose() => _stopping?.Dispose();

    private async Task StartAsync(BrokerRuntime broker, FabricPlan plan, CancellationToken stopping, CancellationToken cancellationToken)
    {
        var start = new BrokerStart(broker, Loops(broker, plan), provisioner, scheduler.Time, logger);
        var first = start.TryAsync(stopping);
        if (plan.StartupTimeout is { } timeout)
        {
            await WithinAsync(start, Track(start.RetryAsync(first, patient: false, stopping)), broker, timeout, cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await first.WaitAsync(BrokerStart.FirstAnswer, scheduler.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!first.IsCompleted ? error is TimeoutException : start.IsTransient(error))
        {
            _ = Track(WatchAsync(broker, start.RetryAsync(first, patient: true, stopping), stopping));
        }
    }

    private async Task WithinAsync(BrokerStart start, Task running, BrokerRuntime broker, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await running.WaitAsync(timeout, scheduler.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            throw new EventFabricException(
                EventFabricErrorKind.Unavailable,
                $"Broker \"{broker.Name}\" ({broker.Type}) did not answer within StartupTimeout ({DurationText.Format(timeout)}). " +
                "Remove the setting to start without the broker.",
                start.LastError!);
        }
    }

    private Task Track(Task running)
    {
        lock (_starting) _starting.Add(running);
        return running;
    }

    /// <summary>The subscriptions of a broker that this process runs; of the others it says why not.</summary>
    private List<ISubscriptionLoop> Loops(BrokerRuntime broker, FabricPlan plan)
    {
        var loops = new List<ISubscriptionLoop>();
        foreach (var subscription in plan.Subscriptions)
        {
            if (subscription.Channel.Broker != broker) continue;
            if (!subscription.Enabled) ConfigurationLog.Disabled(logger, subscription.Name);
            else if (!registrations.Handles(subscription.Name)) ConfigurationLog.NoHandler(logger, subscription.Name);
            else loops.Add(factory.Create(subscription));
        }

        lock (_starting) _loops.AddRange(loops);
        return loops;
    }

    private async Task WatchAsync(BrokerRuntime broker, Task running, CancellationToken stopping)
    {
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            ConfigurationLog.NotStarted(logger, broker.Name, error);
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopping, null) is not { } stopping) return;
        await stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _starting.Clear();
        var loops = _loops.ToArray();
        _loops.Clear();
        await Task.WhenAll(loops.Select(loop => loop.StopAsync(cancellationToken))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var loop in loops) await loop.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
    }
}
