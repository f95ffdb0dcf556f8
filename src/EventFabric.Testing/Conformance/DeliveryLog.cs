using System.Globalization;
using System.Text;

namespace EventFabric.Testing.Conformance;

/// <summary>Every call of every handler of a case, in the order in which they began. Thread-safe.</summary>
internal sealed class DeliveryLog
{
    private readonly object _gate = new();
    private readonly List<Delivery> _all = [];
    private readonly Dictionary<(int Host, string Subscription), int> _running = [];
    private readonly Dictionary<string, int> _runningKeys = [];

    /// <summary>The most handlers that ran at once in one host and subscription.</summary>
    internal int MostAtOnce { get; private set; }

    /// <summary>The most events of one key that were in handlers at once, over all hosts.</summary>
    internal int MostOfAKey { get; private set; }

    /// <summary>The most different keys that were in handlers at once, over all hosts.</summary>
    internal int MostKeys { get; private set; }

    internal int Count
    {
        get
        {
            lock (_gate) return _all.Count;
        }
    }

    internal IReadOnlyList<Delivery> All
    {
        get
        {
            lock (_gate) return [.. _all];
        }
    }

    /// <summary>The deliveries of one event.</summary>
    internal IReadOnlyList<Delivery> Of(string id)
    {
        lock (_gate) return _all.FindAll(delivery => delivery.Id == id);
    }

    /// <summary>The deliveries of the event with a text.</summary>
    internal IReadOnlyList<Delivery> Named(string text)
    {
        lock (_gate) return _all.FindAll(delivery => delivery.Text == text);
    }

    internal bool Any(Predicate<Delivery> match)
    {
        lock (_gate) return _all.Exists(match);
    }

    internal int CountOf(Predicate<Delivery> match)
    {
        lock (_gate) return _all.Count(delivery => match(delivery));
    }

    /// <summary>How many different events were delivered.</summary>
    internal int Distinct()
    {
        lock (_gate) return _all.Select(static delivery => delivery.Id).Distinct(StringComparer.Ordinal).Count();
    }

    internal void Begin(Delivery delivery)
    {
        lock (_gate)
        {
            _all.Add(delivery);
            MostAtOnce = Math.Max(MostAtOnce, Step(_running, (delivery.Host, delivery.Subscription), +1));
            if (delivery.Key is not { } key) return;
            MostOfAKey = Math.Max(MostOfAKey, Step(_runningKeys, key, +1));
            MostKeys = Math.Max(MostKeys, _runningKeys.Count);
        }
    }

    internal void End(Delivery delivery, DateTimeOffset at, string ending)
    {
        lock (_gate)
        {
            delivery.Ending = ending;
            delivery.EndedAt = at;
            Step(_running, (delivery.Host, delivery.Subscription), -1);
            if (delivery.Key is { } key) Step(_runningKeys, key, -1);
        }
    }

    /// <summary>The last deliveries as text, for a failure.</summary>
    internal string Describe(int last = 40)
    {
        var all = All;
        var text = new StringBuilder();
        if (all.Count > last) text.AppendLine(CultureInfo.InvariantCulture, $"    ({all.Count - last} earlier)");
        foreach (var delivery in all.Skip(all.Count - last)) text.Append("    ").Append(delivery).AppendLine();
        return text.ToString();
    }

    private static int Step<TKey>(Dictionary<TKey, int> counts, TKey key, int by)
        where TKey : notnull
    {
        var now = counts.GetValueOrDefault(key) + by;
        if (now == 0) counts.Remove(key);
        else counts[key] = now;
        return now;
    }
}
