using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;
using EventFabric.Drivers;
using EventFabric.Lanes;

namespace EventFabric.Retry;

/// <summary>
/// A record that failed and is not done with: its copy (the driver's batch is free then), and the way back from the worker that runs its
/// next attempt to who waits for it.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Sources without timers hold nothing that wants disposing.")]
internal sealed class FailedRecord : IValueTaskSource<AttemptOutcome>
{
    private readonly CancellationTokenSource _waiting = new();
    private readonly CancellationTokenSource _writing = new();
    private ManualResetValueTaskSourceCore<AttemptOutcome> _attempt;
    private InboundRecord _copy;

    public FailedRecord(in InboundRecord record)
    {
        _copy = record;
        _copy.Body = record.Body.ToArray();
        _copy.Key = record.Key.ToArray();
        _copy.Headers = new HeaderBlock(record.Headers.Bytes.ToArray());
    }

    public ref readonly InboundRecord Copy => ref _copy;

    /// <summary>Cancelled when the record is to be given back: ends waiting between attempts.</summary>
    public CancellationToken WaitingEnds => _waiting.Token;

    /// <summary>Cancelled when there is no time left: ends a dead-letter write that is under way.</summary>
    public CancellationToken WritingEnds => _writing.Token;

    /// <summary>What is to be told to the broker when the record is given back.</summary>
    public Verdict ReleaseAs { get; private set; } = Verdict.Release;

    /// <summary>The record is to be given back: the next attempt does not start.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>Makes the wait for the next report; before the record is handed to the workers.</summary>
    public ValueTask<AttemptOutcome> NextReport()
    {
        _attempt.Reset();
        return new ValueTask<AttemptOutcome>(this, _attempt.Version);
    }

    /// <summary>How the attempt ended. What waits for it goes on on this stack.</summary>
    public void Report(in AttemptOutcome outcome) => _attempt.SetResult(outcome);

    /// <summary>Ends waiting; with <paramref name="now"/> a write that is under way as well. Not under a lock: continuations run here.</summary>
    public void Release(Verdict verdict, bool now)
    {
        ReleaseAs = verdict;
        IsReleased = true;
        _waiting.Cancel();
        if (now)
            _writing.Cancel();
    }

    AttemptOutcome IValueTaskSource<AttemptOutcome>.GetResult(short token) => _attempt.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<AttemptOutcome>.GetStatus(short token) => _attempt.GetStatus(token);

    void IValueTaskSource<AttemptOutcome>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _attempt.OnCompleted(continuation, state, token, flags);
}
