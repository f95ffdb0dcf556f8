using System.Diagnostics.CodeAnalysis;
using EventFabric.Testing.Faults;

namespace EventFabric.Testing;

/// <summary>Records that are held back on their way to a broker, or whose answers are. Thread-safe.</summary>
[Experimental("EVF9001")]
public sealed class SendHold
{
    private readonly object _gate = new();
    private readonly List<HeldRecord> _held = [];
    private bool _released;

    /// <summary>How many records are held.</summary>
    public int Held
    {
        get
        {
            lock (_gate) return _held.Count;
        }
    }

    /// <summary>Lets go what is held, in order, and holds nothing any more.</summary>
    public void Release()
    {
        FaultSender[] senders;
        lock (_gate)
        {
            _released = true;
            senders = [.. _held.Select(static record => record.Call.Sender).Distinct()];
        }

        foreach (var sender in senders) sender.Resume(this);
    }

    /// <summary>False when it was released already.</summary>
    internal bool TryAdd(HeldRecord record)
    {
        lock (_gate)
        {
            if (!_released) _held.Add(record);
            return !_released;
        }
    }

    /// <summary>Adds a record behind one of its key that is held, also while that one is being released.</summary>
    internal void AddBehind(HeldRecord record)
    {
        lock (_gate) _held.Add(record);
    }

    internal List<HeldRecord> Take(Predicate<HeldRecord> which)
    {
        lock (_gate)
        {
            var taken = _held.FindAll(which);
            _held.RemoveAll(which);
            return taken;
        }
    }
}
