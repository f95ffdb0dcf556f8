using EventFabric.Drivers;

namespace EventFabric.Tests.Publishing;

/// <summary>Accepts everything inside the call and keeps nothing, so that only the publisher's own cost is left.</summary>
internal sealed class InlineSender : ISender
{
    private long _offset;

    public SendTraits Traits { get; } = ScriptedBroker.DefaultTraits;

    public long Measure(in OutboundRecord record) => record.Body.Length + record.KeyBytes.Length + record.Headers.Bytes.Length;

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        var count = batch.Records.Length;
        for (var i = 0; i < count; i++)
            batch.Complete(i, new SendOutcome(SendStatus.Accepted, new RecordPosition(0, _offset++, 0, null), null));
        return default;
    }

    public ValueTask DisposeAsync() => default;
}

/// <summary>Keeps the last call until it is told to complete it.</summary>
internal sealed class HoldingSender : ISender
{
    private SendBatch? _held;

    public SendTraits Traits { get; } = ScriptedBroker.DefaultTraits;

    public long Measure(in OutboundRecord record) => record.Body.Length + record.KeyBytes.Length + record.Headers.Bytes.Length;

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        _held = batch;
        return batch.Completion;
    }

    public void CompleteAll()
    {
        var batch = _held!;
        _held = null;
        var count = batch.Records.Length;
        for (var i = 0; i < count; i++)
            batch.Complete(i, new SendOutcome(SendStatus.Accepted, new RecordPosition(0, 1, 0, null), null));
    }

    public ValueTask DisposeAsync() => default;
}
