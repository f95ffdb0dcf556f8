using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>Sends to an address: its records are copied under the gate, and completed before the call returns.</summary>
internal sealed class InMemorySender(InMemoryAddress address, RecordLimits limits, bool partitioned, bool holes, TimeProvider time) : ISender
{
    private SendOutcome[] _outcomes = new SendOutcome[1];
    private bool _disposed;

    public SendTraits Traits { get; } = InMemoryTraits.Send(limits.MaxBytes);

    public long Measure(in OutboundRecord record) => RecordLimits.Measure(record);

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        var records = batch.Records;
        if (_outcomes.Length < records.Length) _outcomes = new SendOutcome[records.Length];
        var outcomes = _outcomes.AsSpan(0, records.Length);
        if (_disposed) outcomes.Fill(new SendOutcome(SendStatus.NotSent, default, new ObjectDisposedException(nameof(InMemorySender))));
        else if (abort.IsCancellationRequested) outcomes.Fill(new SendOutcome(SendStatus.NotSent, default, new OperationCanceledException(abort)));
        else
        {
            // Where the publisher has just read the clock it is not read again.
            var nowMs = batch.NowMs != 0 ? batch.NowMs : time.GetUtcNow().ToUnixTimeMilliseconds();
            limits.Check(records, outcomes);
            address.Append(records, outcomes, partitioned, nowMs, holes);
        }

        // Behind the last one the batch is the engine's again.
        batch.CompleteInCall(outcomes);
        return default;
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return default;
    }
}
