using System.Diagnostics.Metrics;

namespace EventFabric.Diagnostics;

/// <summary>The counters of Meter "EventFabric". Singleton, thread-safe.</summary>
internal sealed class FabricMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _deadLettered;
    private readonly Counter<long> _deadLetterFailures;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _settleFailures;

    public FabricMetrics(IMeterFactory? factory = null)
    {
        _meter = factory is null ? new Meter(EventFabricDiagnostics.Name) : factory.Create(EventFabricDiagnostics.Name);
        _retries = Create("retries", "{attempt}", "Failed attempts that are followed by another one.");
        _deadLettered = Create("dead_lettered", "{event}", "Events that were written to the dead-letter channel.");
        _deadLetterFailures = Create("dead_letter_failures", "{attempt}", "Writes to the dead-letter channel that failed; each is tried again.");
        _dropped = Create("dropped", "{event}", "Events that were settled without being handled, on purpose.");
        _settleFailures = Create("settle_failures", "{event}", "Settlements that the broker did not take, or took too late.");
    }

    public void Retried(string subscription, string channel) => _retries.Add(1, Subscription(subscription), Channel(channel));

    public void DeadLettered(string subscription, string channel, string reason) =>
        _deadLettered.Add(1, Subscription(subscription), Channel(channel), Reason(reason));

    public void DeadLetterFailed(string subscription, string channel) => _deadLetterFailures.Add(1, Subscription(subscription), Channel(channel));

    public void Dropped(string subscription, string channel, string reason) => _dropped.Add(1, Subscription(subscription), Channel(channel), Reason(reason));

    public void SettleFailed(string subscription, string channel, int events) => _settleFailures.Add(events, Subscription(subscription), Channel(channel));

    public void Dispose() => _meter.Dispose();

    private Counter<long> Create(string name, string unit, string description) => _meter.CreateCounter<long>("eventfabric.consumer." + name, unit, description);

    private static KeyValuePair<string, object?> Subscription(string name) => new("subscription", name);

    private static KeyValuePair<string, object?> Channel(string name) => new("channel", name);

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);
}
