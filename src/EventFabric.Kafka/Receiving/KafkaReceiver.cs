using EventFabric.Drivers;

namespace EventFabric.Kafka.Receiving;

/// <summary>
/// A member of a group on one topic. The poll thread owns the client; what the engine asks for from other threads is stored in the tenures, or handed over to it.
/// </summary>
internal sealed class KafkaReceiver : IReceiver, ISeekable, ILagReader
{
    private readonly PollLoop _loop;

    internal KafkaReceiver(PollLoop loop) => _loop = loop;

    public ReceiveTraits Traits => KafkaTraits.Receive;

    public ValueTask<InboundBatch?> ReceiveAsync(int maxRecords) => _loop.Demand.Start(maxRecords);

    public ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        var asked = commands.Span;
        var answers = outcomes.Span;
        for (var i = 0; i < asked.Length; i++)
            answers[i] = Settle(asked[i]);
        return default;
    }

    public void SetFlow(Ownership part, bool open)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (_loop.Tenures.Find(part) is not { } tenure)
            return;
        tenure.FlowClosed = !open;
        _loop.Demand.Nudge();
    }

    public ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _loop.Demand.Stop();
        return default;
    }

    public async ValueTask SeekAsync(StartPosition to, CancellationToken cancellationToken) =>
        await _loop.RunAsync(() => _loop.Seek(to)).WaitAsync(cancellationToken).ConfigureAwait(false);

    public async ValueTask ReadLagAsync(ICollection<PartitionLag> into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        foreach (var lag in await _loop.RunAsync(_loop.ReadLag).WaitAsync(cancellationToken).ConfigureAwait(false))
            into.Add(lag);
    }

    public async ValueTask DisposeAsync() => await _loop.CloseAsync().ConfigureAwait(false);

    private SettleOutcome Settle(in SettleCommand command)
    {
        if (command.Kind != SettleKind.Ack)
            return new SettleOutcome(SettleStatus.Failed, new NotSupportedException($"A log cannot {command.Kind} a record."));
        return _loop.Browses ? new SettleOutcome(SettleStatus.Applied, null) : _loop.Tenures.Store(_loop.Consumer, command.Record);
    }
}
