using System.Text;
using EventFabric.Drivers;
using EventFabric.InMemory;
using Xunit;

namespace EventFabric.Tests.InMemory;

/// <summary>One record as a test sees it, copied out of its batch.</summary>
internal sealed record Seen(string? Key, string? Body, RecordRef Ref, int DeliveryCount, RecordFlags Flags);

/// <summary>A receiver whose Receive is stepped by the test.</summary>
internal sealed class TestReceiver(InMemoryHarness harness, IReceiver receiver, RecordingEvents events)
{
    private Task<InboundBatch?>? _pending;

    public IReceiver Receiver => receiver;

    public RecordingEvents Events => events;

    public IFaultableReceiver Faults => (IFaultableReceiver)receiver;

    /// <summary>What is there now; null: the receiver is at its end. A Receive that waits stays pending for the next call.</summary>
    public IReadOnlyList<Seen>? Receive(int max = 1000)
    {
        _pending ??= receiver.ReceiveAsync(max).AsTask();
        harness.Scheduler.Run();
        return Collect();
    }

    /// <summary>What a Receive that waited has been given meanwhile.</summary>
    public IReadOnlyList<Seen>? Collect()
    {
        if (_pending is not { IsCompleted: true }) return [];
        var batch = _pending.GetAwaiter().GetResult();
        _pending = null;
        if (batch is null) return null;
        var seen = batch.Records.ToArray().Select(Copy).ToList();
        batch.Recycle();
        Assert.NotEmpty(seen);
        return seen;
    }

    /// <summary>All that can be received now.</summary>
    public List<Seen> Drain()
    {
        var all = new List<Seen>();
        while (Receive() is { Count: > 0 } some) all.AddRange(some);
        return all;
    }

    public List<string> DrainBodies() => [.. Drain().Select(static seen => seen.Body!)];

    public SettleStatus Settle(RecordRef record, SettleKind kind = SettleKind.Ack, TimeSpan delay = default) =>
        Settle([new SettleCommand(record, kind, delay)])[0].Status;

    public SettleOutcome[] Settle(params SettleCommand[] commands)
    {
        var outcomes = new SettleOutcome[commands.Length];
        var call = receiver.SettleAsync(commands, outcomes, CancellationToken.None);
        Assert.True(call.IsCompletedSuccessfully);
        harness.Scheduler.Run();
        return outcomes;
    }

    public SettleStatus Extend(RecordRef record, TimeSpan by)
    {
        var outcomes = new SettleOutcome[1];
        var call = ((ILeaseExtender)receiver).ExtendAsync(new[] { record }, by, outcomes, CancellationToken.None);
        Assert.True(call.IsCompletedSuccessfully);
        harness.Scheduler.Run();
        return outcomes[0].Status;
    }

    public async Task DisposeAsync()
    {
        await receiver.DisposeAsync();
        harness.Scheduler.Run();
    }

    private static Seen Copy(InboundRecord record) => new(
        (record.Flags & RecordFlags.HasKey) != 0 ? Encoding.UTF8.GetString(record.Key.Span) : null,
        (record.Flags & RecordFlags.NullBody) != 0 ? null : Encoding.UTF8.GetString(record.Body.Span),
        record.Ref,
        record.DeliveryCount,
        record.Flags);
}
