using System.Text;
using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Tests.Drivers;

/// <summary>A receiver that is asked for records one test step at a time. A receive that got nothing yet stays the pending one.</summary>
internal sealed class TestReceiver(IReceiver receiver, RecordingEvents events) : IAsyncDisposable
{
    private Task<InboundBatch?>? _pending;
    private Task<InboundBatch?>? _begun;

    internal IReceiver Driver => receiver;

    internal RecordingEvents Events => events;

    /// <summary>Receives until there are so many records.</summary>
    internal async Task<List<Received>> TakeAsync(int count)
    {
        var taken = new List<Received>();
        while (taken.Count < count)
        {
            var next = _begun ?? NextAsync(count - taken.Count);
            _begun = null;
            var batch = await next.WaitAsync(Wait.Patience, TestContext.Current.CancellationToken);
            Assert.True(batch is not null, $"The receiver ended after {taken.Count} of {count} records.");
            taken.AddRange(Copies(batch));
        }

        return taken;
    }

    /// <summary>Receives until the receiver says that it is at its end.</summary>
    internal async Task<List<Received>> TakeAllAsync()
    {
        var taken = new List<Received>();
        while (await NextAsync(500).WaitAsync(Wait.Patience, TestContext.Current.CancellationToken) is { } batch)
            taken.AddRange(Copies(batch));
        return taken;
    }

    /// <summary>Begins to receive: what comes is taken later, also when it has come by then.</summary>
    internal Task<InboundBatch?> BeginAsync(int max) => _begun = NextAsync(max);

    /// <summary>The pending receive, whose batch is the caller's; one is begun where there is none.</summary>
    internal Task<InboundBatch?> NextAsync(int max)
    {
        var pending = _pending is { IsCompleted: false } waiting ? waiting : receiver.ReceiveAsync(max).AsTask();
        _pending = pending;
        return pending;
    }

    internal async Task<SettleOutcome> SettleAsync(RecordRef record, SettleKind kind = SettleKind.Ack)
    {
        var outcomes = new SettleOutcome[1];
        await receiver.SettleAsync(new[] { new SettleCommand(record, kind, TimeSpan.Zero) }, outcomes, CancellationToken.None);
        return outcomes[0];
    }

    internal async Task UntilOwnedAsync(params int[] partitions) => await Wait.UntilAsync(
        () => events.Partitions.SequenceEqual(partitions),
        () => $"owned: {string.Join(',', events.Partitions)}, wanted: {string.Join(',', partitions)}");

    public ValueTask DisposeAsync() => receiver.DisposeAsync();

    private static List<Received> Copies(InboundBatch batch)
    {
        var copies = new List<Received>();
        foreach (ref readonly var record in batch.Records)
            copies.Add(Received.Of(in record));
        batch.Recycle();
        return copies;
    }
}

/// <summary>A record that outlives its batch.</summary>
internal sealed record Received(RecordRef Ref, string? Key, string? Body, IReadOnlyList<(string Name, string? Value)> Headers, long BrokerTimeMs)
{
    internal int Partition => Ref.Position.Partition;

    internal long Offset => Ref.Position.Major;

    internal static Received Of(in InboundRecord record)
    {
        var headers = new List<(string, string?)>();
        foreach (var header in record.Headers)
            headers.Add((Encoding.UTF8.GetString(header.Name), header.IsNull ? null : Encoding.UTF8.GetString(header.Value)));
        return new Received(
            record.Ref,
            (record.Flags & RecordFlags.HasKey) != 0 ? Encoding.UTF8.GetString(record.Key.Span) : null,
            (record.Flags & RecordFlags.NullBody) == 0 ? Encoding.UTF8.GetString(record.Body.Span) : null,
            headers,
            record.BrokerTimeMs);
    }
}
