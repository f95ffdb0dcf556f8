using EventFabric.Drivers;
using EventFabric.Lanes;
using EventFabric.Scheduling;
using EventFabric.Tracking;

namespace EventFabric.Subscribing;

/// <summary>
/// Tells the broker what became of the records of one receiver: by watermark where settling is cumulative, one by one elsewhere. One call
/// to the driver at a time; what is noted meanwhile goes with the next one, so that the call itself makes the batches and no timer does.
/// A settlement that failed is told again, after a pause of its own, as long as its tenure lasts.
/// </summary>
internal sealed class Settler : IThreadPoolWorkItem, IDisposable
{
    private const int MaxInlineCalls = 8;

    private readonly IReceiver _receiver;
    private readonly object _sync;
    private readonly WorkScheduler _scheduler;
    private readonly Action<SettleOutcome> _notApplied;
    private readonly ITimer _timer;
    private readonly TimeSpan _interval;
    private readonly int _chunk;
    private readonly List<PartitionState> _dirty = [];
    private readonly List<(TaskCompletionSource Done, long Call)> _flushes = [];
    private readonly FailedSettlements _failed;
    private readonly List<Told> _told = [];
    private List<(long Arrival, SettleCommand Command)>? _releases;
    private List<SettleCommand> _noted = [];
    private List<SettleCommand> _spare = [];
    private SettleCommand[] _commands = new SettleCommand[64];
    private SettleOutcome[] _outcomes = new SettleOutcome[64];
    private long _lastCall;
    private long _calls;
    private long _armedFor = long.MaxValue;
    private bool _running;

    /// <param name="receiver">What the outcomes are told to.</param>
    /// <param name="sync">The lock of the subscription.</param>
    /// <param name="scheduler">Clock and threads.</param>
    /// <param name="notApplied">Called for each command that failed or came too late; outside the lock.</param>
    public Settler(IReceiver receiver, object sync, WorkScheduler scheduler, Action<SettleOutcome> notApplied)
    {
        (_receiver, _sync, _scheduler, _notApplied) = (receiver, sync, scheduler, notApplied);
        _failed = new FailedSettlements(receiver.Traits.Lease);
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

    /// <summary>
    /// The broker delivers a record again that is done with, since it did not take its settlement: it is told at once, with the newest handle.
    /// False: the record is to be taken. Under the lock.
    /// </summary>
    public bool TryRenew(in RecordRef record) => _failed.Count > 0 && _failed.TryRenew(in record);

    /// <summary>Calls the driver, unless a call is under way or it is not time yet. Outside the lock.</summary>
    public void Kick()
    {
        lock (_sync)
        {
            if (_running || !(HasNews || _failed.Count > 0))
                return;
            if (DueLocked() is { } due)
            {
                ArmLocked(due);
                return;
            }

            _running = true;
        }

        Run();
    }

    /// <summary>Ends when everything that was noted so far is told, or can no longer be.</summary>
    public Task FlushAsync()
    {
        TaskCompletionSource done;
        lock (_sync)
        {
            // Whoever waits for what was noted until now does not wait for what others go on noting.
            var call = HasNews ? _calls + 1 : _calls;
            if (IsToldLocked(call))
                return Task.CompletedTask;
            done = new TaskCompletionSource();
            _flushes.Add((done, call));
        }

        Kick();
        return done.Task;
    }

    public void Execute() => Run();

    public void Dispose() => _timer.Dispose();

    private bool HasNews => _dirty.Count > 0 || _noted.Count > 0;

    private void Due()
    {
        lock (_sync)
            _armedFor = long.MaxValue;
        Kick();
    }

    /// <summary>The timestamp at which the next call may go; null: now.</summary>
    private long? DueLocked()
    {
        if (HasNews && (_flushes.Count > 0 || _interval <= TimeSpan.Zero))
            return null;
        var due = HasNews ? Math.Min(_failed.FirstDue, After(_lastCall, _interval)) : _failed.FirstDue;
        return due <= _scheduler.Time.GetTimestamp() ? null : due;
    }

    private void ArmLocked(long due)
    {
        if (due >= _armedFor)
            return;
        _armedFor = due;
        // A timer counts whole milliseconds: rounded up, or it would come too early and be set again and again.
        var left = _scheduler.Time.GetElapsedTime(_scheduler.Time.GetTimestamp(), due);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(left.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private long After(long timestamp, TimeSpan time) => timestamp + (long)(time.TotalSeconds * _scheduler.Time.TimestampFrequency);

    /// <summary>Whether all that was in the calls up to this one is told.</summary>
    private bool IsToldLocked(long call) => call <= _calls && !(_running && call == _calls) && !_failed.AnyUntil(call);

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

    /// <summary>Takes what is noted, and what is to be told again, into the arrays of the call.</summary>
    private int Collect()
    {
        lock (_sync)
        {
            _calls++;
            _lastCall = _scheduler.Time.GetTimestamp();
            _told.Clear();
            _failed.TakeDue(_lastCall, _told);
            foreach (var part in _dirty)
                _told.Add(new Told(default, part, _calls, 0));
            _dirty.Clear();
            Reserve(_told.Count + _noted.Count);
            var count = 0;
            for (var i = 0; i < _told.Count; i++)
            {
                if (Renewed(_told[i]) is not { } told)
                    continue;
                _told[count] = told;
                _commands[count++] = told.Command;
            }

            _told.RemoveRange(count, _told.Count - count);
            foreach (var command in _noted)
            {
                if (!command.Record.Owner.IsLost)
                    _commands[count++] = command;
            }

            (_noted, _spare) = (_spare, _noted);
            _spare.Clear();
            Array.Clear(_outcomes, 0, count);
            return count;
        }
    }

    /// <summary>With the watermark as it stands now. Null: there is nothing to tell any more.</summary>
    private static Told? Renewed(in Told told)
    {
        if (told.Part is not { } part)
            return told;
        part.IsDirty = false;
        if (part.Owner.IsLost || !part.Tracker!.TryGetWatermark(out var major, out var minor, out var text, out var handle))
            return null;
        var position = new RecordPosition(part.Owner.Index, major, minor, text);
        return told with { Command = new SettleCommand(new RecordRef(part.Owner, position, handle), SettleKind.Ack, TimeSpan.Zero) };
    }

    /// <summary>Reads the outcomes. True: there is more to tell now.</summary>
    private bool Conclude(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (_outcomes[i].Status is SettleStatus.Failed or SettleStatus.LeaseLost)
                _notApplied(_outcomes[i]);
        }

        List<TaskCompletionSource>? flushed = null;
        bool again;
        lock (_sync)
        {
            for (var i = 0; i < count; i++)
            {
                if (_outcomes[i].Status == SettleStatus.Failed)
                    KeepLocked(i);
            }

            // Before anybody else may begin a call: the arrays are that call's then.
            Array.Clear(_commands, 0, count);
            _running = false;
            if (_flushes.Count > 0)
                flushed = TakeFlushedLocked();
            again = _running = (HasNews || _failed.Count > 0) && DueLocked() is null;
        }

        if (!again)
            Kick();
        if (flushed is not null)
            flushed.ForEach(static flush => flush.SetResult());
        return again;
    }

    /// <summary>Those that wait for no call any more.</summary>
    private List<TaskCompletionSource> TakeFlushedLocked()
    {
        List<TaskCompletionSource> flushed = [.. _flushes.Where(flush => IsToldLocked(flush.Call)).Select(static flush => flush.Done)];
        _flushes.RemoveAll(flush => flushed.Contains(flush.Done));
        return flushed;
    }

    /// <summary>A failed command waits apart, and so does a partition: its watermark is told when its time comes, wherever it stands then.</summary>
    private void KeepLocked(int index)
    {
        var told = index < _told.Count ? _told[index] : new Told(_commands[index], null, _calls, 0);
        if (told.Command.Record.Owner.IsLost)
            return;
        if (told.Part is { } part)
        {
            if (part.IsDirty)
                _dirty.Remove(part);
            part.IsDirty = true;
        }

        told = told with { Failures = told.Failures + 1 };
        _failed.Add(told, After(_scheduler.Time.GetTimestamp(), _failed.PauseAfter(told.Failures)));
    }

    private void Reserve(int count)
    {
        if (count <= _commands.Length)
            return;
        Array.Resize(ref _commands, Math.Max(count, _commands.Length * 2));
        Array.Resize(ref _outcomes, _commands.Length);
    }
}
