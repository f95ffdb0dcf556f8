using System.Diagnostics.Metrics;

namespace EventFabric.Testing.Conformance;

/// <summary>Counts what the library's Meter says of the case's own subscriptions; other hosts of the process are not heard.</summary>
internal sealed class MetricProbe : IDisposable
{
    private readonly object _gate = new();
    private readonly Dictionary<(string Instrument, string Subscription, string Reason), long> _counts = [];
    private readonly MeterListener _listener;

    internal MetricProbe()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == EventFabricDiagnostics.Name) listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument.Name, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Count(instrument.Name, value, tags));
        _listener.Start();
    }

    /// <summary>The sum of a counter over one subscription: "dropped" is "eventfabric.consumer.dropped".</summary>
    internal long this[string counter, string subscription]
    {
        get
        {
            lock (_gate)
                return _counts.Where(pair => pair.Key.Instrument == "eventfabric.consumer." + counter && pair.Key.Subscription == subscription).Sum(static pair => pair.Value);
        }
    }

    /// <summary>The sum of a counter over one subscription and reason.</summary>
    internal long Of(string counter, string subscription, string reason)
    {
        lock (_gate) return _counts.GetValueOrDefault(("eventfabric.consumer." + counter, subscription, reason));
    }

    public void Dispose() => _listener.Dispose();

    private void Count(string instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (subscription, reason) = (string.Empty, string.Empty);
        foreach (var tag in tags)
        {
            if (tag.Key == "subscription") subscription = tag.Value as string ?? string.Empty;
            if (tag.Key == "reason") reason = tag.Value as string ?? string.Empty;
        }

        lock (_gate) _counts[(instrument, subscription, reason)] = _counts.GetValueOrDefault((instrument, subscription, reason)) + value;
    }
}
