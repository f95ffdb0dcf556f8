using System.Threading.Tasks.Sources;
using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <summary>
/// One call of <c>PublishBatchAsync</c>: the results of its events as they come, over all channels that it goes to. One object for the whole batch.
/// </summary>
internal sealed class PendingBatch : PublishSink, IValueTaskSource
{
    private const int Waiting = 0;
    private const int Answered = 1;
    private const int Cancelled = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private PublishResult[] _results = [];
    private CloudEventId[] _ids = [];
    private int[] _known = [];
    private int _missing;
    private int _state;
    private WakeQueue? _wake;

    internal override bool IsAbandoned => Volatile.Read(ref _state) == Cancelled;

    /// <summary>The results in input order; complete when the wait has ended without a cancellation.</summary>
    internal PublishResult[] Results => _results;

    internal Turn Turn { get; } = new();

    internal void Begin(int count)
    {
        _results = new PublishResult[count];
        if (_known.Length < count)
        {
            _known = new int[count];
            _ids = new CloudEventId[count];
        }
        else
        {
            Array.Clear(_known, 0, count);
            Array.Clear(_ids, 0, count);
        }

        _missing = count;
        _state = Waiting;
        IsOver = count == 0;
        _core.Reset();
    }

    /// <summary>Says which id an event has, before it is handed on.</summary>
    internal void Name(int index, CloudEventId id) => _ids[index] = id;

    internal override bool Set(int index, in PublishResult result)
    {
        if (IsAbandoned)
            return false;
        _results[index] = result;
        Volatile.Write(ref _known[index], 1);
        return Interlocked.Decrement(ref _missing) == 0 && Interlocked.CompareExchange(ref _state, Answered, Waiting) == Waiting;
    }

    /// <summary>Waits for the results that are missing.</summary>
    internal ValueTask WaitAsync(WakeQueue wake)
    {
        _wake = wake;
        return IsOver ? default : new ValueTask(this, _core.Version);
    }

    /// <summary>Ends the wait without the results that are missing. Any thread.</summary>
    internal void Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) != Waiting)
            return;
        var sinks = default(SinkList);
        sinks.Add(this);
        _wake!.Add(sinks);
    }

    /// <summary>The results so far, after a cancellation: what is not known is an error.</summary>
    internal PublishResult[] Snapshot(int count, Func<CloudEventId, PublishResult> unknown)
    {
        var results = new PublishResult[count];
        for (var i = 0; i < count; i++)
            results[i] = Volatile.Read(ref _known[i]) == 1 ? _results[i] : unknown(_ids[i]);
        return results;
    }

    internal override void Wake() => _core.SetResult(true);

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
