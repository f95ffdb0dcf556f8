namespace EventFabric.Subscribing;

/// <summary>The events of one call of a batch handler, and how each of them ended. Used by one call at a time.</summary>
internal sealed class BatchCall(SubscriptionCore core)
{
    private readonly List<Delivery> _deliveries = [];
    private readonly List<InFlightRecord> _records = [];
    private readonly List<Result> _results = [];

    public int Count => _records.Count;

    /// <summary>One place an event; the first one's scope is the batch's.</summary>
    public IReadOnlyList<Delivery> Deliveries => _deliveries;

    public IReadOnlyList<InFlightRecord> Records => _records;

    /// <summary>The handler that takes this batch; set by its first event.</summary>
    public TypeBinding? Binding { get; private set; }

    /// <summary>The next place, to read an envelope into before it is known whether the event belongs to the batch.</summary>
    public Delivery NextPlace()
    {
        if (_deliveries.Count == _records.Count)
            _deliveries.Add(new Delivery(core));
        return _deliveries[_records.Count];
    }

    /// <summary>The event in the next place belongs to the batch.</summary>
    public void Add(InFlightRecord record, TypeBinding binding)
    {
        Binding ??= binding;
        if (_records.Count > 0)
            _deliveries[_records.Count].Share(_deliveries[0]);
        _records.Add(record);
        _results.Add(default);
    }

    public void Settle(int place, Settlement settlement) => _results[place] = new Result(settlement, null, false);

    public void Fail(int place, Exception error) => _results[place] = new Result(default, error, false);

    /// <summary>An earlier event of the lane could not be read, and under ParkKey takes its key along: this one must not overtake it.</summary>
    public bool WaitsForEarlier(int place)
    {
        if (core.Parked is null || _records[place].Lane is not { } lane)
            return false;
        for (var i = 0; i < place; i++)
        {
            if (!ReferenceEquals(_records[i].Lane, lane) || _results[i] is { Error: null, IsSkipped: false })
                continue;
            _results[place] = new Result(default, null, true);
            return true;
        }

        return false;
    }

    public Result ResultOf(int place) => _results[place];

    public void Clear()
    {
        for (var i = 0; i < _records.Count; i++)
        {
            Binding!.End(_deliveries[i]);
            _deliveries[i].End();
        }

        _records.Clear();
        _results.Clear();
        Binding = null;
    }

    /// <param name="Settlement">What the handler said.</param>
    /// <param name="Error">What was thrown instead.</param>
    /// <param name="IsSkipped">The event goes back to its lane, as if it had not been taken.</param>
    public readonly record struct Result(Settlement Settlement, Exception? Error, bool IsSkipped);
}
