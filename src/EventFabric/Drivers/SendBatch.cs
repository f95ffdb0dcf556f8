using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using EventFabric.Scheduling;

namespace EventFabric.Drivers;

/// <summary>Records to send, and what became of each. Owned and pooled by the engine; a driver completes every record exactly once.</summary>
/// <remarks>A record's memory is valid until it is completed. After the last <see cref="Complete"/> the driver must not touch the batch.</remarks>
[Experimental("EVF9001")]
public sealed class SendBatch
{
    private readonly BatchCompletion _completion = new();
    private OutboundRecord[] _records;
    private SendOutcome[] _outcomes;
    private int[] _states;
    private readonly int _offset;
    private int _open;

    /// <summary>Makes a batch of records that are there already: for wrappers, and for drivers' own tests.</summary>
    /// <param name="records">The records. The batch reads them in place.</param>
    public SendBatch(ReadOnlyMemory<OutboundRecord> records)
        : this(0)
    {
        if (!MemoryMarshal.TryGetArray(records, out var segment) || segment.Array is null)
            segment = new ArraySegment<OutboundRecord>(records.ToArray());
        _records = segment.Array!;
        _offset = segment.Offset;
        Count = _open = segment.Count;
        _outcomes = new SendOutcome[Count];
        _states = new int[Count];
        if (Count == 0)
            _completion.Signal();
    }

    /// <summary>Makes an empty batch that is filled by <see cref="Add"/> and used again after <see cref="Reset"/>.</summary>
    internal SendBatch(int capacity)
    {
        _records = new OutboundRecord[capacity];
        _outcomes = new SendOutcome[capacity];
        _states = new int[capacity];
    }

    /// <summary>Called inside <see cref="Complete"/>, after the outcome is stored, with the record's index. Must neither throw nor block.</summary>
    public Action<int, SendOutcome>? Observer { get; init; }

    /// <summary>The records.</summary>
    public ReadOnlySpan<OutboundRecord> Records => _records.AsSpan(_offset, Count);

    /// <summary>Ends with the last <see cref="Complete"/>. May be awaited once; costs no allocation, so a driver can return it from SendAsync.</summary>
    /// <value>The continuation is queued: it never runs inside <see cref="Complete"/>.</value>
    public ValueTask Completion => _completion.Task;

    /// <summary>The thread on which the engine is inside the driver's call with this batch; 0: none is.</summary>
    internal int StartingThread { get; set; }

    /// <summary>How many records there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Whether every record is completed.</summary>
    internal bool IsCompleted => _completion.IsCompleted;

    /// <summary>Unix milliseconds, when the engine read the clock just before it handed the batch over; 0: it did not.</summary>
    internal long NowMs { get; set; }

    /// <summary>Where the continuation of <see cref="Completion"/> is queued; null: the thread pool.</summary>
    internal WorkScheduler? Scheduler
    {
        get => _completion.Scheduler;
        set => _completion.Scheduler = value;
    }

    /// <summary>Says what became of a record. Exactly once per record, from any thread, in any order, as early as it is known.</summary>
    /// <param name="index">Which record.</param>
    /// <param name="outcome">What became of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such record.</exception>
    /// <exception cref="InvalidOperationException">The record is completed already: a defect of the driver.</exception>
    public void Complete(int index, in SendOutcome outcome)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        if (Interlocked.CompareExchange(ref _states[index], State.Writing, State.Open) != State.Open)
            throw new InvalidOperationException($"Record {index} of the batch is completed already. A driver completes each record once.");

        _outcomes[index] = outcome;
        Volatile.Write(ref _states[index], State.Completed);
        Observer?.Invoke(index, outcome);
        // The only record of a batch has no other to be counted down with.
        if (Count == 1 || Interlocked.Decrement(ref _open) == 0)
            _completion.Signal();
    }

    /// <summary>
    /// Completes every record, in order: for a driver that has all outcomes inside the call. Where that is the call that the engine makes just now, it
    /// reads them itself when the call returns, and nothing need be told to anybody.
    /// </summary>
    internal void CompleteInCall(ReadOnlySpan<SendOutcome> outcomes)
    {
        if (StartingThread != Environment.CurrentManagedThreadId || outcomes.Length != Count || _open != Count)
        {
            for (var i = 0; i < outcomes.Length; i++)
                Complete(i, outcomes[i]);
            return;
        }

        outcomes.CopyTo(_outcomes);
        _states.AsSpan(0, Count).Fill(State.Completed);
        _open = 0;
        _completion.Signal();
    }

    /// <summary>What became of a record.</summary>
    /// <param name="index">Which record.</param>
    /// <returns>What <see cref="Complete"/> was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such record.</exception>
    /// <exception cref="InvalidOperationException">The record is not completed yet.</exception>
    public SendOutcome Outcome(int index) => IsCompletedAt(index)
        ? _outcomes[index]
        : throw new InvalidOperationException($"Record {index} of the batch is not completed yet.");

    /// <summary>The outcome of a completed record, in place.</summary>
    internal ref readonly SendOutcome OutcomeAt(int index) => ref _outcomes[index];

    /// <summary>Whether a record is completed.</summary>
    internal bool IsCompletedAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return Volatile.Read(ref _states[index]) == State.Completed;
    }

    /// <summary>Appends an empty record to be filled in place, before the batch is handed to a driver. Not thread-safe.</summary>
    internal ref OutboundRecord Add()
    {
        if (Count == _records.Length)
            Grow();
        _open++;
        return ref _records[Count++];
    }

    /// <summary>A record to be changed in place, before the batch is handed to a driver. Not thread-safe.</summary>
    internal ref OutboundRecord At(int index) => ref _records[index];

    /// <summary>Takes the records from an index on away again, before the batch is handed to a driver. Not thread-safe.</summary>
    internal void RemoveFrom(int index)
    {
        Array.Clear(_records, index, Count - index);
        _open = Count = index;
    }

    /// <summary>Forgets records and outcomes, so that the batch can be filled again. Only when it is completed and nobody awaits it any more.</summary>
    internal void Reset()
    {
        if (Count == 1)
        {
            // A batch of one is what a publisher sends that awaits every event.
            (_records[_offset], _outcomes[0], _states[0]) = (default, default, State.Open);
        }
        else
        {
            Array.Clear(_records, _offset, Count);
            Array.Clear(_outcomes, 0, Count);
            Array.Clear(_states, 0, Count);
        }

        NowMs = 0;
        StartingThread = 0;
        _open = 0;
        Count = 0;
        _completion.Reset();
    }

    private void Grow()
    {
        var capacity = Math.Max(4, _records.Length * 2);
        Array.Resize(ref _records, capacity);
        Array.Resize(ref _outcomes, capacity);
        Array.Resize(ref _states, capacity);
    }

    private static class State
    {
        internal const int Open = 0;
        internal const int Writing = 1;
        internal const int Completed = 2;
    }
}
