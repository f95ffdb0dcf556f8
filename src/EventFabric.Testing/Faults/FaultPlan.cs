using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;
using EventFabric.Testing.Faults;

namespace EventFabric.Testing;

/// <summary>
/// What goes wrong at one host's drivers. May be changed while they run; all members may be called from any thread. The hooks are asked once for each
/// record or command, and must neither block nor throw.
/// </summary>
[Experimental("EVF9001")]
public sealed class FaultPlan
{
    private readonly object _gate = new();
    private readonly List<FaultReceiver> _receivers = [];
    private int _received;
    private int _redelivered;
    private volatile bool _crashed;

    /// <summary>Decides what becomes of each record that is sent; null: nothing goes wrong. A record that waits behind a held one of its key is not asked about.</summary>
    public Func<SentRecord, SendFault>? OnSend { get; set; }

    /// <summary>Decides what becomes of each settle command; null: nothing goes wrong.</summary>
    public Func<SettleCommand, SettleFault>? OnSettle { get; set; }

    /// <summary>Decides what becomes of each extension of a lease; null: nothing goes wrong.</summary>
    public Func<RecordRef, SettleFault>? OnExtend { get; set; }

    /// <summary>How many records were handed out again by <see cref="Redeliver"/>.</summary>
    public int Redelivered => Volatile.Read(ref _redelivered);

    /// <summary>How many records the receivers handed over.</summary>
    internal int Received => Volatile.Read(ref _received);

    /// <summary>Whether <see cref="Crash"/> was called.</summary>
    public bool HasCrashed => _crashed;

    /// <summary>Hands out again, marked as redelivered, records that were handed over and are not settled yet.</summary>
    /// <param name="which">Which of them; null: all.</param>
    public void Redeliver(Predicate<RecordRef>? which = null)
    {
        foreach (var receiver in Receivers()) receiver.Redeliver(which ?? (static _ => true));
    }

    /// <summary>Makes the broker want partitions for somebody else: the engine is asked, and they are given anew when it has agreed.</summary>
    /// <param name="partition">The partition's number; null: all.</param>
    /// <exception cref="NotSupportedException">The driver cannot be made to do it.</exception>
    public void Revoke(int? partition = null)
    {
        foreach (var receiver in Receivers()) receiver.Faultable.Revoke(partition);
    }

    /// <summary>Takes partitions away before anybody is asked, and gives them anew.</summary>
    /// <param name="partition">The partition's number; null: all.</param>
    /// <exception cref="NotSupportedException">The driver cannot be made to do it.</exception>
    public void Steal(int? partition = null)
    {
        foreach (var receiver in Receivers()) receiver.Steal(partition);
    }

    /// <summary>
    /// The process dies: what it holds goes to others, nothing that it sends or settles from now on reaches the broker, and it opens nothing any more.
    /// The engine still runs, and learns it from failures, as far as it can.
    /// </summary>
    public void Crash()
    {
        _crashed = true;
        foreach (var receiver in Receivers()) receiver.Crash();
    }

    internal void Add(FaultReceiver receiver)
    {
        lock (_gate) _receivers.Add(receiver);
    }

    internal void Remove(FaultReceiver receiver)
    {
        lock (_gate) _receivers.Remove(receiver);
    }

    internal void CountReceived(int count) => Interlocked.Add(ref _received, count);

    internal void CountRedelivered(int count) => Interlocked.Add(ref _redelivered, count);

    internal void ThrowIfCrashed()
    {
        if (_crashed) throw new FaultException(ErrorKind.Transient);
    }

    private FaultReceiver[] Receivers()
    {
        lock (_gate) return [.. _receivers];
    }
}
