using EventFabric.Drivers;
using EventFabric.Lanes;
using EventFabric.Scheduling;
using EventFabric.Tracking;

namespace EventFabric.Subscribing;

/// <summary>
/// Tells the broker what became of the records of one receiver: by watermark where settling is cumulative, one by one elsewhere. One call
/// to the driver at a time; what is noted meanwhile goes with the next one, so that the call itself makes the batches and no timer does.
/// A settlement that failed is told again, after a pause, as long as its tenure lasts.
/// </summary>
internal sealed class Settler : IThreadPoolWorkItem, IDisposable
{
    private const int MaxInlineCalls = 8;
    private static readonly Backoff Pause = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    private readonly IReceiver _receiver;
    private readonly object _sync;
    private readonly WorkScheduler _scheduler;
    private readonly Action<SettleOutcome> _notApplied;
    private readonly ITimer _timer;
    private readonly bool _cumulative;
    private readonly TimeSpan _interval;
    private readonly int _chunk;
    private readonly List<PartitionState> _dirty = [];
    private readonly List<TaskCompletionSource> _flushes = [];
    private readonly List<TaskCompletionSource> _flushing = [];
    private readonly List<SettleCommand> _again = [];
    private List<(long Arrival, SettleCommand Command)>? _releases;
    private List<SettleCommand> _noted = [];
    private List<SettleCommand> _spare = [];
    private SettleCommand[] _commands = new SettleCommand[64];
    private SettleOutcome[] _outcomes = new SettleOutcome[64];
    private (PartitionState Part, long Front)[] _told = new (PartitionState, long)[16];
    private long _lastCall;
    private int _failures;
    private bool _running;
    private bool _waits;

    /// <param name="receiver">What the outcomes are told to.</param>
    /// <param name="sync">The lock of the subscription.</param>
    /// <param name="scheduler">Clock and threads.</param>
    /// <param name="notApplied">Called for each command that failed or came too late; outside the lock.</param>
    public Settler(IReceiver receiver, object sync, WorkScheduler scheduler, Action<SettleOutcome> notApplied)
    {
        (_receiver, _sync, _scheduler, _notApplied) = (receiver, sync, scheduler, notApplied);
        _cumulative = receiver.Traits.Ack == AckMode.Cumulative;
        _interval = receiver.Traits.CommitInterval;
        _chunk = Math.Max(1, receiver.Traits.SettleChunk);
        _lastCall = scheduler.Time.GetTimestamp();
        _timer = scheduler.Time.CreateTimer(static state => ((Settler)state!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Notes what became of a record. Under the lock.</summary>
    public void Note(InFlightRecord record, Verdict verdict)
    {
        var part = record.Part;
        if (verdict == Verdict.Abandon || part.Owner.IsLost)
            return;
        if (part.Tracker is { } tracker)
        {
            // A release has no meaning in a log: the end of the tenure gives back what lies above the watermark.
            if (verdict != Verdict.Release && tracker.Complete(record.Sequence))
                MarkDirty(part);
            return;
        }

        var kind = verdict switch
        {
            Verdict.Ack => SettleKind.Ack,
            Verdict.Discard => SettleKind.Discard,
            _ => SettleKind.Release,
        };
        var command = new SettleCommand(record.Ref, kind, record.ReleaseDelay, record.Reason);
        if (kind == SettleKind.Release && _releases is not null)
            _releases.Add((record.Arrival, command));
        else
            _noted.Add(command);
    }

    /// <summary>From here on records that are given back are kept, to go in the order of their arrival once handlers have ended.</summary>
    public void HoldReleases()
    {
        lock (_sync)
            _releases ??= [];
    }

    /// <summary>All that were kept go, in one call.</summary>
    public void LetReleasesGo()
    {
        lock (_sync)
        {
            foreach (var (_, command) in (_releases ?? []).OrderBy(static release => release.Arrival))
                _noted.Add(command);
            _releases = null;
        }
    }

    /// <summary>Calls the driver, unless a call is under way or it is not time yet. Outside the lock.</summary>
    public void Kick()
    {
        lock (_sync)
        {
            if (_running || !HasWork)
                return;
            if (WaitLocked() is { } wait)
            {
                if (!_waits)
                    _timer.Change(wait, Timeout.InfiniteTimeSpan);
                _waits = true;
                return;
            }

            _running = true;
        }

        Run();
    }

    /// <summary>Ends when everything that was noted so far is told, or can no longer be.</summary>
    public Task FlushAsync()
    {
        TaskCompletionSource flush;
        lock (_sync)
        {
            if (!_running && !HasWork)
                return Task.CompletedTask;
            flush = new TaskCompletionSource();
            _flushes.Add(flush);
        }

        Kick();
        return flush.Task;
    }

    public void Execute() => Run();

    public void Dispose() => _timer.Dispose();

    private bool HasWork => _dirty.Count > 0 || _noted.Count > 0;

    private void Due()
    {
        lock (_sync)
            _waits = false;
        Kick();
    }

    /// <summary>How long the next call has to wait; null: it may go now.</summary>
    private TimeSpan? WaitLocked()
    {
        if (_failures == 0 && (_flushes.Count > 0 || _interval <= TimeSpan.Zero))
            return null;
        var pause = _failures > 0 ? Pause.Ceiling(_failures) : _interval;
        var elapsed = _scheduler.Time.GetElapsedTime(_lastCall);
        return elapsed >= pause ? null : pause - elapsed;
    }

    private void MarkDirty(PartitionState part)
    {
        if (part.IsDirty)
            return;
        part.IsDirty = true;
        _dirty.Add(part);
    }

    private void Run()
    {
        for (var calls = 0; ; calls++)
        {
            if (calls == MaxInlineCalls)
            {
                // Others keep noting: let this thread go back to its records.
                _scheduler.Queue(this);
                return;
            }

            var count = Collect();
            var call = count == 0 ? default : CallAsync(count);
            if (!call.IsCompletedSuccessfully)
            {
                _ = ContinueAsync(call, count);
                return;
            }

            if (!Conclude(count))
                return;
        }
    }

    private async Task ContinueAsync(ValueTask call, int count)
    {
        await call.ConfigureAwait(false);
        if (Conclude(count))
            Run();
    }

    private async ValueTask CallAsync(int count)
    {
        for (var at = 0; at < count; at += _chunk)
        {
            var some = Math.Min(_chunk, count - at);
            var outcomes = _outcomes.AsMemory(at, some);
            try
            {
                // The driver bounds the call by OperationTimeout; nothing of ours cancels a settlement.
                await _receiver.SettleAsync(_commands.AsMemory(at, some), outcomes, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                outcomes.Span.Fill(new SettleOutcome(SettleStatus.Failed, error));
            }
        }
    }

    /// <summary>Takes what is noted into the arrays of the call.</summary>
    private int Collect()
    {
        lock (_sync)
        {
            var count = 0;
            foreach (var part in _dirty)
            {
                part.IsDirty = false;
                if (part.Owner.IsLost || !part.Tracker!.TryGetWatermark(out var major, out var minor, out var text, out var handle))
                    continue;
                Reserve(count + 1);
                if (count == _told.Length)
                    Array.Resize(ref _told, count * 2);
                _told[count] = (part, part.Tracker.Front);
                var position = new RecordPosition(part.Owner.Index, major, minor, text);
                _commands[count++] = new SettleCommand(new RecordRef(part.Owner, position, handle), SettleKind.Ack, TimeSpan.Zero);
            }

            _dirty.Clear();
            // Whoever waits for what was noted until now waits for this call, and not for what others go on noting.
            _flushing.AddRange(_flushes);
            _flushes.Clear();
            Reserve(count + _noted.Count);
            foreach (var command in _noted)
            {
                if (!command.Record.Owner.IsLost)
                    _commands[count++] = command;
            }

            (_noted, _spare) = (_spare, _noted);
            _spare.Clear();
            _lastCall = _scheduler.Time.GetTimestamp();
            Array.Clear(_outcomes, 0, count);
            return count;
        }
    }

    /// <summary>Reads the outcomes. True: there is more to tell now.</summary>
    private bool Conclude(int count)
    {
        var failed = false;
        for (var i = 0; i < count; i++)
        {
            var outcome = _outcomes[i];
            if (outcome.Status is not (SettleStatus.Failed or SettleStatus.LeaseLost))
                continue;
            failed |= outcome.Status == SettleStatus.Failed;
            _notApplied(outcome);
        }

        List<TaskCompletionSource>? flushed = null;
        bool again;
        lock (_sync)
        {
            _failures = failed ? _failures + 1 : 0;
            for (var i = 0; i < count; i++)
                NoteOutcome(i);
            TellAgain();
            if (!HasWork)
            {
                _flushing.AddRange(_flushes);
                _flushes.Clear();
            }

            if (failed && HasWork)
                _flushes.AddRange(_flushing);
            else if (_flushing.Count > 0)
                flushed = [.. _flushing];
            _flushing.Clear();
            again = HasWork && WaitLocked() is null;
            _running = again;
        }

        Array.Clear(_commands, 0, count);
        if (!again)
            Kick();
        if (flushed is not null)
            flushed.ForEach(static flush => flush.SetResult());
        return again;
    }

    private void NoteOutcome(int index)
    {
        var command = _commands[index];
        var failed = _outcomes[index].Status == SettleStatus.Failed && !command.Record.Owner.IsLost;
        if (!_cumulative)
        {
            if (failed)
                _again.Add(command);
            return;
        }

        var (part, front) = _told[index];
        if (failed)
            MarkDirty(part);
        else
            part.SettledFront = Math.Max(part.SettledFront, front);
    }

    /// <summary>What failed goes before what was noted meanwhile: commands stay in their order.</summary>
    private void TellAgain()
    {
        if (_again.Count == 0)
            return;
        _noted.InsertRange(0, _again);
        _again.Clear();
    }

    private void Reserve(int count)
    {
        if (count <= _commands.Length)
            return;
        Array.Resize(ref _commands, Math.Max(count, _commands.Length * 2));
        Array.Resize(ref _outcomes, _commands.Length);
    }
}
