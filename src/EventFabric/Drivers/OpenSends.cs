using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>
/// The calls of one sender that are not finished, for brokers that answer record by record: it keeps the rule that after a record of a key that was not
/// accepted no later one of that key is sent while calls overlap, and completes each record once, whatever comes late. All members may be called from any thread.
/// </summary>
[Experimental("EVF9001")]
public sealed class OpenSends : IDisposable
{
    private readonly object _sync = new();
    private OpenSend? _first;
    private int _failing;
    private CancellationToken _watched;
    private CancellationTokenRegistration _watch;

    /// <summary>Begins a call.</summary>
    /// <param name="batch">Its records, at least one.</param>
    /// <param name="abort">The engine's: gives up every open call when it is cancelled. Watched once where it is always the same.</param>
    /// <returns>What completes the records.</returns>
    public OpenSend Begin(SendBatch batch, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var call = new OpenSend(this, batch);
        lock (_sync)
        {
            call.Next = _first;
            if (_first is not null)
                _first.Previous = call;
            _first = call;
        }

        Watch(abort);
        return call;
    }

    /// <summary>Whether an earlier record of the key, in a call that is still open, was not accepted: then this one must not be sent.</summary>
    /// <param name="record">The record.</param>
    /// <returns>True: complete it as <see cref="SendStatus.NotSent"/>.</returns>
    public bool IsFenced(in OutboundRecord record)
    {
        if (Volatile.Read(ref _failing) == 0 || (record.Flags & RecordFlags.HasKey) == 0)
            return false;
        foreach (var call in All())
        {
            if (call.HasFailed(record.KeyBytes.Span))
                return true;
        }

        return false;
    }

    /// <summary>Completes all that is open as <see cref="SendStatus.Unknown"/>: it may be stored all the same.</summary>
    /// <param name="cause">Why.</param>
    public void GiveUp(Exception cause)
    {
        foreach (var call in All())
            call.GiveUp(cause);
    }

    /// <summary>Gives up what is open.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        GiveUp(new ObjectDisposedException(nameof(OpenSends)));
    }

    internal void Failing() => Interlocked.Increment(ref _failing);

    /// <summary>Every record of the call is completed.</summary>
    internal void Ended(OpenSend call, bool hasFailures)
    {
        if (hasFailures)
            Interlocked.Decrement(ref _failing);
        lock (_sync)
        {
            if (call.Previous is { } previous)
                previous.Next = call.Next;
            else
                _first = call.Next;
            if (call.Next is { } next)
                next.Previous = call.Previous;
            (call.Previous, call.Next) = (null, null);
        }
    }

    private List<OpenSend> All()
    {
        var calls = new List<OpenSend>();
        lock (_sync)
        {
            for (var call = _first; call is not null; call = call.Next)
                calls.Add(call);
        }

        return calls;
    }

    private void Watch(CancellationToken abort)
    {
        if (_watched == abort)
            return;
        _watch.Dispose();
        _watched = abort;
        _watch = abort.UnsafeRegister(static state => ((OpenSends)state!).GiveUp(new OperationCanceledException("The publisher gave up.")), this);
    }
}
