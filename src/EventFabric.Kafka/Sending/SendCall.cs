using EventFabric.Drivers;

namespace EventFabric.Kafka.Sending;

/// <summary>
/// One call of the engine's: which of its records are completed. Delivery reports come on the client's thread, and may come after the call was given up: then the
/// batch is the engine's again and must not be touched. Pooled by its sender once every report has come.
/// </summary>
internal sealed class SendCall(KafkaSender sender)
{
    private readonly object _sync = new();
    private SendBatch? _batch;
    private readonly List<SendRef> _refs = [];
    private bool[] _done = [];
    private int _open;
    private int _reports;
    private List<byte[]>? _failedKeys;

    internal KafkaSender Sender { get; } = sender;

    /// <summary>Only while the call starts.</summary>
    internal SendBatch Batch => _batch!;

    internal SendCall? Next { get; set; }

    internal SendCall? Previous { get; set; }

    internal void Begin(SendBatch batch)
    {
        _batch = batch;
        _open = batch.Records.Length;
        _reports = 1;
        _failedKeys = null;
        if (_done.Length < _open)
            _done = new bool[Math.Max(_open, _done.Length * 2)];
        Array.Clear(_done, 0, _open);
    }

    /// <summary>Only while the call starts.</summary>
    internal SendRef Ref(int index)
    {
        while (_refs.Count <= index)
            _refs.Add(new SendRef(this, _refs.Count));
        return _refs[index];
    }

    /// <summary>A message went to the client: a report of it will come.</summary>
    internal void Expect() => Interlocked.Increment(ref _reports);

    /// <summary>The start is over.</summary>
    internal void Started() => Reported();

    /// <summary>What became of a record; ignored once the call was given up.</summary>
    internal void Complete(int index, in SendOutcome outcome)
    {
        lock (_sync)
        {
            if (_batch is not { } batch || _done[index])
                return;
            _done[index] = true;
            ref readonly var record = ref batch.Records[index];
            if (outcome.Status is not (SendStatus.Accepted or SendStatus.Duplicate) && (record.Flags & RecordFlags.HasKey) != 0)
                Failed(record.KeyBytes);
            if (--_open == 0)
            {
                Sender.Ended(this);
                _batch = null;
            }

            batch.Complete(index, outcome);
        }
    }

    /// <summary>A report has come: the last one gives the call back to its sender.</summary>
    internal void Reported()
    {
        if (Interlocked.Decrement(ref _reports) == 0)
            Sender.Return(this);
    }

    /// <summary>Whether a record of this key was not accepted.</summary>
    internal bool HasFailed(ReadOnlySpan<byte> key)
    {
        lock (_sync)
        {
            foreach (var failed in _failedKeys ?? [])
            {
                if (key.SequenceEqual(failed))
                    return true;
            }

            return false;
        }
    }

    internal bool HasFailures => Volatile.Read(ref _failedKeys) is not null;

    private void Failed(ReadOnlyMemory<byte> key)
    {
        if (_failedKeys is null)
            Sender.Failing();
        (_failedKeys ??= []).Add(key.ToArray());
    }

    /// <summary>Completes what is open: the client may still send it.</summary>
    internal void GiveUp(Exception cause)
    {
        lock (_sync)
        {
            for (var i = 0; _batch is { } batch && i < batch.Records.Length; i++)
                Complete(i, new SendOutcome(SendStatus.Unknown, default, cause));
        }
    }
}
