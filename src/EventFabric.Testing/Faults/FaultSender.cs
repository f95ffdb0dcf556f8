using EventFabric.Drivers;

namespace EventFabric.Testing.Faults;

/// <summary>
/// Sends what no fault stops, and keeps the interface's rule for the rest: behind a record that is not accepted, those of its key in the same call, and in calls
/// that overlap it, are not sent, until the failed record itself comes again.
/// </summary>
internal sealed class FaultSender(ISender inner, ChannelPlan channel, FaultPlan plan) : ISender
{
    private readonly object _gate = new();
    private readonly Dictionary<string, SendHold> _waits = [];
    private readonly Dictionary<string, (CloudEventId Id, Call Call)> _fences = [];

    public SendTraits Traits => inner.Traits;

    public long Measure(in OutboundRecord record) => inner.Measure(record);

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        lock (_gate)
        {
            // Nothing in the way: the batch goes as it is.
            if (plan.OnSend is null && !plan.HasCrashed && _waits.Count == 0 && _fences.Count == 0) return inner.SendAsync(batch, abort);
        }

        return SendSomeAsync(new Call(this, batch), abort);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>Sends or completes what a hold kept of this sender, in order.</summary>
    internal void Resume(SendHold hold)
    {
        lock (_gate)
        {
            List<HeldRecord> go = [];
            foreach (var record in hold.Take(record => record.Call.Sender == this))
            {
                if (record.Key is { } key) _waits.Remove(key);
                if (record.Outcome is { } outcome) record.Complete(outcome);
                else if (plan.HasCrashed) record.Fail(SendStatus.NotSent, ErrorKind.Transient);
                else go.Add(record);
            }

            _ = StartAsync(go, CancellationToken.None);
        }
    }

    private static string? KeyOf(in OutboundRecord record) =>
        (record.Flags & RecordFlags.HasKey) == 0 ? null : record.Key ?? Convert.ToHexString(record.KeyBytes.Span);

    private async ValueTask SendSomeAsync(Call call, CancellationToken abort)
    {
        // Taken before a record is completed: behind the last one the batch is not ours.
        var completion = call.Batch.Completion;
        Task started;
        lock (_gate)
        {
            List<HeldRecord> go = [];
            var records = call.Batch.Records.ToArray();
            for (var i = 0; i < records.Length; i++) Decide(new HeldRecord(call, i, records[i], KeyOf(records[i])), go);
            started = StartAsync(go, abort);
        }

        await using var ending = abort.UnsafeRegister(static state => ((Call)state!).EndHeld(), call).ConfigureAwait(false);
        await started.ConfigureAwait(false);
        await completion.ConfigureAwait(false);
        lock (_gate)
        {
            foreach (var (key, fence) in _fences)
            {
                if (fence.Call == call) _fences.Remove(key);
            }
        }
    }

    private void Decide(HeldRecord record, List<HeldRecord> go)
    {
        if (plan.HasCrashed)
        {
            record.Fail(SendStatus.NotSent, ErrorKind.Transient);
            return;
        }

        if (record.Key is { } key)
        {
            if (_waits.TryGetValue(key, out var wait))
            {
                record.Call.Holds.Add(wait);
                wait.AddBehind(record);
                return;
            }

            if (_fences.TryGetValue(key, out var fence) && fence.Id != record.Record.Id)
            {
                record.Complete(new SendOutcome(SendStatus.NotSent, default, null));
                return;
            }

            _fences.Remove(key);
        }

        Apply(plan.OnSend?.Invoke(new SentRecord(channel, record.Record.Id, record.Record.Key)) ?? default, record, go);
    }

    private void Apply(SendFault fault, HeldRecord record, List<HeldRecord> go)
    {
        if (fault.Waits is { } hold) record.Call.Holds.Add(hold);
        if (fault.Kind == SendFault.Kinds.Hold && fault.Waits!.TryAdd(record))
        {
            if (record.Key is { } key) _waits[key] = fault.Waits;
            return;
        }

        var isFailed = fault.Kind is SendFault.Kinds.Fail or SendFault.Kinds.LoseAck;
        if (isFailed && record.Key is { } failed) _fences[failed] = (record.Record.Id, record.Call);
        if (fault.Kind == SendFault.Kinds.Fail) record.Fail(fault.Status, fault.Error);
        else go.Add(record with { Fault = fault });
    }

    /// <summary>Starts a call of the inner driver. Under the gate, so that starts do not overlap.</summary>
    private Task StartAsync(List<HeldRecord> go, CancellationToken abort)
    {
        if (go.Count == 0) return Task.CompletedTask;
        var batch = new SendBatch(go.ConvertAll(static record => record.Record).ToArray())
        {
            Observer = (index, outcome) => Report(go[index], outcome),
        };
        return inner.SendAsync(batch, abort).AsTask();
    }

    private static void Report(HeldRecord record, SendOutcome outcome)
    {
        if (record.Fault.Kind == SendFault.Kinds.LoseAck) record.Fail(SendStatus.Unknown, ErrorKind.Unknown);
        else if (record.Fault.Kind != SendFault.Kinds.HoldAck || !record.Fault.Waits!.TryAdd(record with { Outcome = outcome })) record.Complete(outcome);
    }

    /// <summary>One call of the engine, and where it has records that are held.</summary>
    internal sealed class Call(FaultSender sender, SendBatch batch)
    {
        public FaultSender Sender => sender;

        public SendBatch Batch => batch;

        public HashSet<SendHold> Holds { get; } = [];

        /// <summary>The engine gives up: what is held did not reach the broker, or its answer did not come.</summary>
        public void EndHeld()
        {
            foreach (var record in Holds.SelectMany(hold => hold.Take(record => record.Call == this)))
                record.Fail(record.Outcome is null ? SendStatus.NotSent : SendStatus.Unknown, ErrorKind.Transient);
        }
    }
}
