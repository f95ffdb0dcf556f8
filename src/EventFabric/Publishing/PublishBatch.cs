using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.Publishing;

/// <summary>
/// A <see cref="SendBatch"/> with its memory and with what the publisher knows of each record. Filled and read under the channel's lock; pooled by the
/// channel.
/// </summary>
internal sealed class PublishBatch
{
    private readonly Action _news;
    private readonly Action _ended;
    private PendingRecord[] _pending = new PendingRecord[4];
    private int _signal;
    private int _hasEnded;

    /// <param name="scheduler">Where the driver's call goes on.</param>
    /// <param name="news">Called when a record was completed or the call has ended: on any thread, also inside the driver. Must only store and queue.</param>
    internal PublishBatch(WorkScheduler scheduler, Action news)
    {
        _news = news;
        _ended = OnEnded;
        Send = new SendBatch(4) { Scheduler = scheduler, Observer = OnCompleted };
    }

    internal SendBatch Send { get; }

    internal BatchSlab Slab { get; } = new();

    internal int Count => Send.Count;

    internal Span<PendingRecord> Pending => _pending.AsSpan(0, Count);

    /// <summary>The sum of what the driver measured.</summary>
    internal long Bytes { get; set; }

    /// <summary>When the first record came, as a timestamp.</summary>
    internal long Since { get; set; }

    /// <summary>Who sends it.</summary>
    internal ISender? Sender { get; set; }

    /// <summary>The driver's call.</summary>
    internal ValueTask Call { get; private set; }

    /// <summary>The first record whose outcome was not taken yet; all before it were.</summary>
    internal int FirstOpen { get; set; }

    /// <summary>How many outcomes were taken.</summary>
    internal int Taken { get; set; }

    /// <summary>Why the call failed as a whole; null: it did not.</summary>
    internal Exception? Fault { get; set; }

    /// <summary>Whether its sender was thrown away before it ended.</summary>
    internal bool IsGivenUp { get; set; }

    /// <summary>Whether all outcomes are taken and the call has ended.</summary>
    internal bool IsOver { get; set; }

    internal bool HasEnded => Volatile.Read(ref _hasEnded) == 1;

    /// <summary>Appends an empty record.</summary>
    internal ref OutboundRecord Add()
    {
        ref var record = ref Send.Add();
        if (Count > _pending.Length)
            Array.Resize(ref _pending, _pending.Length * 2);
        return ref record;
    }

    /// <summary>Takes the last record away again.</summary>
    internal void RemoveLast()
    {
        _pending[Count - 1] = default;
        Send.RemoveFrom(Count - 1);
    }

    /// <summary>Takes records away before the start. The order of the others stays.</summary>
    internal void RemoveWhere(Func<PendingRecord, bool> leaves)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (leaves(_pending[i]))
            {
                Bytes -= _pending[i].Bytes;
                continue;
            }

            if (kept != i)
            {
                _pending[kept] = _pending[i];
                Send.At(kept) = Send.At(i);
            }

            kept++;
        }

        Array.Clear(_pending, kept, Count - kept);
        if (kept == 0)
            Since = 0;
        Send.RemoveFrom(kept);
    }

    /// <summary>Before the driver gets it: what it completes inside the call is for the caller to take, and calls nobody.</summary>
    internal void BeginStart()
    {
        _signal = 1;
        Send.StartingThread = Environment.CurrentManagedThreadId;
    }

    /// <summary>
    /// Keeps the call and watches it. News stay marked as there until <see cref="TakeNews"/>, which follows under the same lock: another thread may have
    /// completed records since <see cref="BeginStart"/>, and nobody was called for them.
    /// </summary>
    internal void EndStart(ValueTask call)
    {
        Call = call;
        Send.StartingThread = 0;
        var awaiter = Call.GetAwaiter();
        if (awaiter.IsCompleted)
            Volatile.Write(ref _hasEnded, 1);
        else
            awaiter.UnsafeOnCompleted(_ended);
    }

    /// <summary>Before outcomes are looked for: what comes later calls again.</summary>
    internal bool TakeNews() => Interlocked.Exchange(ref _signal, 0) == 1 || HasEnded || IsGivenUp;

    /// <summary>Takes what the call ended with. Once, after it has ended.</summary>
    [SuppressMessage("Usage", "VSTHRD002:Avoid problematic synchronous waits", Justification = "The call has ended: nothing is waited for.")]
    internal static void Observe(ValueTask call) => call.GetAwaiter().GetResult();

    /// <summary>Empties it for the next use.</summary>
    internal void Reset()
    {
        if (Count == 1)
            _pending[0] = default;
        else
            Array.Clear(_pending, 0, Count);
        Send.Reset();
        Slab.Reset();
        Call = default;
        Sender = null;
        Bytes = Since = 0;
        FirstOpen = Taken = _hasEnded = _signal = 0;
        IsOver = false;
    }

    private void OnCompleted(int index, SendOutcome outcome)
    {
        // Inside the driver's start: who starts looks at it afterwards, on this thread.
        if (Send.StartingThread == Environment.CurrentManagedThreadId)
            return;
        if (Interlocked.Exchange(ref _signal, 1) == 0)
            _news();
    }

    private void OnEnded()
    {
        Volatile.Write(ref _hasEnded, 1);
        _news();
    }
}
