using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>Sends to an address: copies the records under its gate, and completes them before it returns.</summary>
internal sealed class InMemorySender(InMemoryAddress address, RecordLimits limits, bool partitioned, bool holes, TimeProvider time) : ISender
{
    private const int MaxCount = 1000;
    private const int MaxOpenCalls = 64;
    private const long MaxBatchBytes = 8 * 1024 * 1024;
    private SendOutcome[] _outcomes = new SendOutcome[1];
    private bool _disposed;

    public SendTraits Traits { get; } = new(
        MaxCount,
        Math.Max(MaxBatchBytes, limits.MaxBytes),
        limits.MaxBytes,
        MaxHeaders: int.MaxValue,
        MaxOpenCalls,
        MaxOpenCalls * MaxCount,
        InMemoryConnection.Binding,
        DedupById: false);

    public long Measure(in OutboundRecord record) => RecordLimits.Measure(record);

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        var records = batch.Records;
        if (records.Length == 1)
            return SendOne(batch, records, abort);
        var outcomes = Check(records, abort);
        var timeMs = NowMs(batch);
        WakeList wake = default;
        lock (address.Gate)
        {
            for (var i = 0; i < records.Length; i++)
            {
                if (outcomes[i].Status != SendStatus.Accepted) continue;
                var position = address.Append(records[i], -1, timeMs, holes, ref wake);
                outcomes[i] = new SendOutcome(SendStatus.Accepted, partitioned ? position : position with { Partition = -1 }, null);
            }
        }

        wake.Run();
        for (var i = 0; i < outcomes.Length; i++) batch.Complete(i, outcomes[i]);
        return default;
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return default;
    }

    /// <summary>Says which records can be stored. Behind a refused one, those of its key are not sent: what is stored of a key is a prefix.</summary>
    private ValueTask SendOne(SendBatch batch, ReadOnlySpan<OutboundRecord> records, CancellationToken abort)
    {
        if (_disposed || abort.IsCancellationRequested || limits.Check(records[0]) is not null)
        {
            batch.Complete(0, Check(records, abort)[0]);
            return default;
        }

        var timeMs = NowMs(batch);
        RecordPosition position;
        WakeList wake = default;
        lock (address.Gate)
            position = address.Append(records[0], -1, timeMs, holes, ref wake);
        wake.Run();
        batch.Complete(0, new SendOutcome(SendStatus.Accepted, position, null));
        return default;
    }

    // Where the publisher has just read the clock it is not read again.
    private long NowMs(SendBatch batch) => batch.NowMs != 0 ? batch.NowMs : time.GetUtcNow().ToUnixTimeMilliseconds();

    private Span<SendOutcome> Check(ReadOnlySpan<OutboundRecord> records, CancellationToken abort)
    {
        if (_outcomes.Length < records.Length) _outcomes = new SendOutcome[records.Length];
        var outcomes = _outcomes.AsSpan(0, records.Length);
        Exception? stop = _disposed ? new ObjectDisposedException(nameof(InMemorySender))
            : abort.IsCancellationRequested ? new OperationCanceledException(abort) : null;
        var refused = 0;
        for (var i = 0; i < records.Length; i++)
        {
            outcomes[i] = default;
            if (stop is not null) outcomes[i] = new SendOutcome(SendStatus.NotSent, default, stop);
            else if (limits.Check(records[i]) is { } refusal) outcomes[i] = new SendOutcome(SendStatus.Rejected, default, refusal);
            else if (refused > 0 && FollowsRefused(records, outcomes, i)) outcomes[i] = new SendOutcome(SendStatus.NotSent, default, null);
            if (outcomes[i].Status == SendStatus.Rejected) refused++;
        }

        return outcomes;
    }

    private static bool FollowsRefused(ReadOnlySpan<OutboundRecord> records, ReadOnlySpan<SendOutcome> outcomes, int index)
    {
        if ((records[index].Flags & RecordFlags.HasKey) == 0) return false;
        for (var i = 0; i < index; i++)
        {
            if (outcomes[i].Status == SendStatus.Rejected
                && (records[i].Flags & RecordFlags.HasKey) != 0
                && records[i].KeyBytes.Span.SequenceEqual(records[index].KeyBytes.Span))
            {
                return true;
            }
        }

        return false;
    }
}
