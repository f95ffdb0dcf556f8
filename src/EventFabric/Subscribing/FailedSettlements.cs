using EventFabric.Drivers;

namespace EventFabric.Subscribing;

/// <summary>
/// Settlements that the broker did not take. Each waits for its own time, apart from what is noted meanwhile, so that a command that fails
/// again and again holds up no other. Under the lock of the subscription.
/// </summary>
/// <param name="lease">How long the broker leases a record; null: it does not. A lease must not run out while its settlement waits.</param>
internal sealed class FailedSettlements(TimeSpan? lease)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Backoff _pause = PauseFor(lease);
    private readonly List<Waiting> _waiting = [];
    private readonly Dictionary<(Ownership Owner, RecordPosition Position), int> _records = [];

    public int Count => _waiting.Count;

    /// <summary>The timestamp at which the first of them is told again.</summary>
    public long FirstDue { get; private set; } = long.MaxValue;

    /// <summary>How long a settlement waits that failed so often, from 1.</summary>
    public TimeSpan PauseAfter(int failures) => _pause.Ceiling(failures);

    /// <summary>One failed: it waits until it is due.</summary>
    public void Add(in Told told, long due)
    {
        if (told.Part is null)
            _records[(told.Command.Record.Owner, told.Command.Record.Position)] = _waiting.Count;
        _waiting.Add(new Waiting(told, due));
        FirstDue = Math.Min(FirstDue, due);
    }

    /// <summary>Takes those whose time has come, in the order in which they failed; those of an ended tenure are forgotten.</summary>
    public void TakeDue(long now, List<Told> due)
    {
        if (now < FirstDue)
            return;
        Waiting[] all = [.. _waiting];
        FirstDue = long.MaxValue;
        _waiting.Clear();
        _records.Clear();
        foreach (var (told, at) in all)
        {
            if (told.Command.Record.Owner.IsLost)
                continue;
            if (at <= now)
                due.Add(told);
            else
                Add(told, at);
        }
    }

    /// <summary>
    /// The broker delivers a record again whose settlement waits: it is told at once, with the newest handle. But one that was to be given back,
    /// and whose lease has ended since, has come back already, and is taken anew. False: the record is to be taken.
    /// </summary>
    public bool TryRenew(in RecordRef record)
    {
        if (!_records.Remove((record.Owner, record.Position), out var index))
            return false;
        var told = _waiting[index].Told;
        _waiting.RemoveAt(index);
        foreach (var (key, at) in _records)
        {
            if (at > index)
                _records[key] = at - 1;
        }

        if (told.Command.Kind == SettleKind.Release && !Equals(told.Command.Record.Handle, record.Handle))
            return false;
        Add(told with { Command = told.Command with { Record = record } }, long.MinValue);
        return true;
    }

    /// <summary>Whether something waits that was in a call up to this one.</summary>
    public bool AnyUntil(long call) => _waiting.Exists(one => one.Told.Call <= call && !one.Told.Command.Record.Owner.IsLost);

    private static Backoff PauseFor(TimeSpan? lease)
    {
        var longest = lease is { } held && held / 4 < Longest ? held / 4 : Longest;
        return new Backoff(longest < First ? longest : First, longest);
    }

    private readonly record struct Waiting(Told Told, long Due);
}
