namespace EventFabric.Publishing;

/// <summary>
/// The records of one key after one of them failed: they wait here in publish order, later ones of the key behind them, until no record of the key
/// is under way and the backoff is over; then they go again, in one call at a time. Without a key: the failed ones of one moment, in no order.
/// Not thread-safe.
/// </summary>
internal sealed class KeyFence(byte[]? key)
{
    private int _rounds;
    private RoundState _round;

    /// <summary>The key; null: keyless records.</summary>
    internal byte[]? Key { get; } = key;

    /// <summary>Who waits, in publish order.</summary>
    internal List<ResendEntry> Entries { get; } = [];

    /// <summary>The records of the key that are in a batch: under way, or about to be.</summary>
    internal int UnderWay { get; set; }

    /// <summary>When they may go again, as a timestamp.</summary>
    internal long DueAt { get; private set; } = long.MinValue;

    /// <summary>The latest record of the key that is known to be stored.</summary>
    internal long StoredNumber { get; private set; } = -1;

    internal bool IsOver => Entries.Count == 0 && UnderWay == 0;

    /// <summary>Puts a record where it belongs by its number.</summary>
    internal void Add(ResendEntry entry)
    {
        var at = Entries.Count;
        while (at > 0 && Entries[at - 1].Pending.Number > entry.Pending.Number)
            at--;
        Entries.Insert(at, entry);
    }

    /// <summary>A record of the key is stored: entries before it may not be sent any more.</summary>
    /// <returns>How many entries, from the first, are overtaken. The caller removes them.</returns>
    internal int Stored(long number)
    {
        StoredNumber = Math.Max(StoredNumber, number);
        var overtaken = 0;
        while (overtaken < Entries.Count && Entries[overtaken].Pending.Number < StoredNumber)
            overtaken++;
        return overtaken;
    }

    /// <summary>
    /// Sets the time of the next try. A record that was only left out behind another one goes again at once the first time; after a failure of its own
    /// the whole key waits.
    /// </summary>
    /// <param name="leftOut">Whether the record was left out without an error.</param>
    /// <param name="wait">The wait after so many failed rounds.</param>
    internal void Failed(bool leftOut, Func<int, long> wait)
    {
        if (_round == RoundState.Failed)
            return;
        if (leftOut && _rounds == 0)
        {
            _round = RoundState.LeftOut;
            return;
        }

        _round = RoundState.Failed;
        _rounds++;
        DueAt = wait(_rounds);
    }

    /// <summary>Whether the entries may go now.</summary>
    internal bool IsDue(long now) => Entries.Count > 0 && UnderWay == 0 && now >= DueAt;

    /// <summary>Begins a round: the entries go to a batch.</summary>
    internal void BeginRound()
    {
        _rounds = _round switch
        {
            RoundState.Fine => 0,
            RoundState.LeftOut => 1,
            _ => _rounds,
        };
        _round = RoundState.Fine;
    }

    private enum RoundState
    {
        Fine,
        LeftOut,
        Failed,
    }
}
