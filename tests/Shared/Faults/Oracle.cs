using System.Diagnostics;

namespace EventFabric.Tests.Faults;

/// <summary>
/// What was promised to publishers and what handlers of one group saw, noted by the test alone. Nothing acknowledged may be lost, first deliveries of a key come
/// in the order of publishing, and nothing that the group had committed when a fault began is delivered again. Thread-safe.
/// </summary>
/// <param name="ordered">Whether the group is promised the order.</param>
internal sealed class Oracle(bool ordered = true)
{
    private readonly object _sync = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly List<Seen> _seen = [];
    private readonly List<Fault> _faults = [];
    private int _republished;

    /// <summary>Events that are being published.</summary>
    internal int Open => Count(static entry => !entry.IsAcknowledged);

    /// <summary>Events that a handler acknowledged.</summary>
    internal int Settled => Count(static entry => entry.Settled > 0);

    /// <summary>Events that are stored and that no handler has acknowledged.</summary>
    internal int Behind => Count(static entry => entry is { IsAcknowledged: true, Settled: 0 });

    /// <summary>Deliveries so far.</summary>
    internal int Deliveries
    {
        get
        {
            lock (_sync)
                return _seen.Count;
        }
    }

    /// <summary>The group's positions when the last fault began.</summary>
    internal IReadOnlyDictionary<int, long> CommittedAtFault
    {
        get
        {
            lock (_sync)
                return _faults[^1].Committed;
        }
    }

    /// <summary>A publish call begins; of one key they begin in the order of their numbers.</summary>
    internal void Publishing(NumberedEvent numbered)
    {
        lock (_sync)
            _entries.Add(numbered.Id, new Entry(numbered));
    }

    internal void Acknowledge(NumberedEvent numbered)
    {
        lock (_sync)
            _entries[numbered.Id].IsAcknowledged = true;
    }

    /// <summary>A publish call failed: the publisher was told, and repeats it behind what came after it.</summary>
    internal void Refuse(NumberedEvent numbered)
    {
        lock (_sync)
        {
            _entries[numbered.Id].WasRefused = true;
            _republished++;
        }
    }

    /// <summary>A handler is called, for the first time in this delivery.</summary>
    /// <param name="numbered">The event.</param>
    /// <param name="partition">Where it stands.</param>
    /// <param name="offset">Where it stands in there.</param>
    /// <param name="at">When, by <see cref="Stopwatch.GetTimestamp"/>, which all processes of a machine share.</param>
    internal void Deliver(NumberedEvent numbered, int partition, long offset, long at)
    {
        lock (_sync)
            _seen.Add(new Seen(numbered.Key, numbered.Number, partition, offset, at));
    }

    /// <summary>A handler acknowledged it.</summary>
    internal void Settle(NumberedEvent numbered)
    {
        lock (_sync)
        {
            if (_entries.TryGetValue(numbered.Id, out var entry))
                entry.Settled++;
        }
    }

    /// <summary>A fault begins.</summary>
    /// <param name="committed">The group's positions by partition, read a moment before.</param>
    internal void Break(IReadOnlyDictionary<int, long> committed)
    {
        lock (_sync)
            _faults.Add(new Fault(committed, _entries.Values.Count(static entry => entry is { IsAcknowledged: false, WasRefused: false }), Stopwatch.GetTimestamp()));
    }

    /// <summary>The fault is over: the group commits again.</summary>
    internal void Heal()
    {
        lock (_sync)
            _faults[^1].Over = Stopwatch.GetTimestamp();
    }

    /// <summary>Whether everything that was acknowledged has been handled.</summary>
    internal bool IsComplete()
    {
        lock (_sync)
            return _entries.Values.All(static entry => !entry.IsAcknowledged || entry.Settled > 0);
    }

    /// <summary>Judges what was noted.</summary>
    internal Verdict Judge()
    {
        lock (_sync)
        {
            _seen.Sort(static (one, other) => one.At.CompareTo(other.At));
            var lost = _entries.Values.Where(static entry => entry is { IsAcknowledged: true, Settled: 0 }).Select(static entry => entry.Event.Id).ToList();
            return new Verdict(lost, ordered ? Disorder() : [], [.. Repeats()])
            {
                Acknowledged = _entries.Values.Count(static entry => entry.IsAcknowledged),
                Refused = _republished,
                Faults = _faults.Count,
                InFlight = _faults.Sum(InFlight),
                Publishing = _faults.Sum(static fault => fault.Publishing),
            };
        }
    }

    /// <summary>First deliveries that came behind a later one of their key. What was refused to its publisher once may.</summary>
    private List<string> Disorder()
    {
        var (last, first, wrong) = (new Dictionary<string, int>(), new HashSet<(string, int)>(), new List<string>());
        foreach (var seen in _seen)
        {
            if (!first.Add((seen.Key, seen.Number)) || !_entries.TryGetValue(NumberedEvent.IdOf(seen.Key, seen.Number), out var entry) || entry.WasRefused)
                continue;
            if (last.TryGetValue(seen.Key, out var before) && before > seen.Number)
                wrong.Add($"{seen.Key}/{seen.Number} after {before}");
            last[seen.Key] = seen.Number;
        }

        return wrong;
    }

    private IEnumerable<Repeat> Repeats()
    {
        var (records, events) = (new HashSet<(int, long)>(), new HashSet<(string, int)>());
        foreach (var seen in _seen)
        {
            var isNewRecord = records.Add((seen.Partition, seen.Offset));
            var isNewEvent = events.Add((seen.Key, seen.Number));
            if (isNewEvent)
                continue;
            var fault = _faults.FindLast(fault => fault.At <= seen.At);
            var wasCommitted = !isNewRecord && (fault is null || seen.Offset < fault.Committed.GetValueOrDefault(seen.Partition));
            yield return new Repeat($"{seen.Key}/{seen.Number} at {seen.Partition}:{seen.Offset}", isNewRecord, wasCommitted);
        }
    }

    /// <summary>What was delivered, and could not be known to be committed, until the fault was over.</summary>
    private int InFlight(Fault fault) =>
        _seen.Where(seen => seen.At <= fault.Over && seen.Offset >= fault.Committed.GetValueOrDefault(seen.Partition)).DistinctBy(static seen => (seen.Partition, seen.Offset)).Count();

    private int Count(Func<Entry, bool> match)
    {
        lock (_sync)
            return _entries.Values.Count(match);
    }

    private sealed class Entry(NumberedEvent numbered)
    {
        internal NumberedEvent Event { get; } = numbered;

        internal bool IsAcknowledged { get; set; }

        internal bool WasRefused { get; set; }

        internal int Settled { get; set; }
    }

    private sealed record Fault(IReadOnlyDictionary<int, long> Committed, int Publishing, long At)
    {
        internal long Over { get; set; } = At;
    }

    private readonly record struct Seen(string Key, int Number, int Partition, long Offset, long At);
}
