using System.Threading.Tasks.Sources;

namespace EventFabric.Publishing;

/// <summary>
/// One call of <c>PublishBatchAsync</c>: the results of its events as they come, over all channels that it goes to. One object for the whole batch.
/// </summary>
internal sealed class PendingBatch : PublishSink, IValueTaskSource
{
    private const int Waiting = 0;
    private const int Answered = 1;
    private const int Cancelled = 2;

    private const int MaxKept = 4096;
    private const int EventsPerLook = 32;

    private readonly List<ChannelPublisher> _channels = [];
    private ManualResetValueTaskSourceCore<bool> _core;
    private PendingBatchItem[] _items = [];
    private int[] _known = [];
    private int _missing;
    private long _now;
    private int _looksIn;
    private int _state;
    private HashSet<ChannelPublisher>? _stuck;

    internal override bool IsAbandoned => Volatile.Read(ref _state) == Cancelled;

    /// <summary>The results in input order; complete when the wait has ended without a cancellation.</summary>
    internal PublishResult[] Results { get; private set; } = [];

    internal Span<PendingBatchItem> Items => _items.AsSpan(0, Results.Length);

    internal Turn Turn { get; } = new();

    internal void Begin(int count)
    {
        Results = new PublishResult[count];
        if (_known.Length < count)
        {
            _known = new int[count];
            _items = new PendingBatchItem[count];
        }

        _missing = count;
        _looksIn = 0;
        _state = Waiting;
        IsOver = count == 0;
    }

    /// <summary>Lets go of everything, for another use: only when every result is there.</summary>
    /// <returns>Whether it is worth keeping.</returns>
    internal bool End()
    {
        Array.Clear(_items, 0, Results.Length);
        Array.Clear(_known, 0, Results.Length);
        _channels.Clear();
        _stuck = null;
        Results = [];
        _core.Reset();
        return _items.Length <= MaxKept;
    }

    /// <summary>The time as a timestamp, asked for once for a few events: they are serialized one right after the other.</summary>
    internal long Now(TimeProvider time)
    {
        if (--_looksIn >= 0)
            return _now;
        _looksIn = EventsPerLook - 1;
        return _now = time.GetTimestamp();
    }

    /// <summary>Notes a channel that is to be flushed.</summary>
    internal void GoesTo(ChannelPublisher channel)
    {
        if (_channels.Count == 0 || (!ReferenceEquals(_channels[^1], channel) && !_channels.Contains(channel)))
            _channels.Add(channel);
    }

    /// <summary>
    /// Whether an event of this batch has waited the whole timeout for the channel that this one goes to. Were each of those behind it to wait as long, a batch
    /// would end only after its length times the timeout.
    /// </summary>
    internal bool IsStuck(int index)
    {
        if (Volatile.Read(ref _stuck) is not { } stuck)
            return false;
        lock (stuck)
            return stuck.Contains(_items[index].Head.Target.Publisher);
    }

    /// <summary>Hands what was appended to the drivers, as far as the gates let it.</summary>
    internal void Flush()
    {
        // Whoever flushes waits next, and time passes.
        _looksIn = 0;
        foreach (var channel in _channels)
            channel.Flush(this);
    }

    /// <summary>Takes a result on the batch's own stack.</summary>
    internal void SetHere(int index, in PublishResult result)
    {
        if (Set(index, result))
            IsOver = true;
    }

    internal override bool Set(int index, in PublishResult result)
    {
        if (IsAbandoned)
            return false;
        if (result.Error is { Kind: EventFabricErrorKind.Timeout })
            Stick(_items[index].Head.Target.Publisher);
        Results[index] = result;
        Volatile.Write(ref _known[index], 1);
        return Interlocked.Decrement(ref _missing) == 0 && Interlocked.CompareExchange(ref _state, Answered, Waiting) == Waiting;
    }

    /// <summary>Waits for the results that are missing.</summary>
    internal ValueTask WaitAsync() => IsOver ? default : new ValueTask(this, _core.Version);

    /// <summary>Takes no results any more.</summary>
    /// <returns>False when all are there.</returns>
    internal bool Abandon() => Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting;

    /// <summary>Ends <see cref="WaitAsync"/> without the results that are missing. Any thread.</summary>
    internal void Cancel()
    {
        if (!Abandon())
            return;
        var sinks = default(SinkList);
        sinks.Add(this);
        _channels[0].WakeQueue.Add(sinks);
    }

    /// <summary>The results so far, after <see cref="Abandon"/>: what is not known is an error.</summary>
    /// <param name="reached">How many events were handed to their channels.</param>
    /// <param name="cancellation">Why.</param>
    internal PublishResult[] Snapshot(int reached, OperationCanceledException cancellation)
    {
        var results = new PublishResult[Results.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Volatile.Read(ref _known[i]) == 1
                ? Results[i]
                : ChannelPublisher.ErrorResult(_items[i].Head.Id, PublishErrors.Cancelled(i < reached ? _items[i].Head.Target.Channel : null, cancellation));
        }

        return results;
    }

    internal override void Wake() => _core.SetResult(true);

    private void Stick(ChannelPublisher channel)
    {
        var stuck = Volatile.Read(ref _stuck) ?? Interlocked.CompareExchange(ref _stuck, [], null) ?? _stuck;
        lock (stuck)
            stuck.Add(channel);
    }

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
