using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Simulation.World;

/// <summary>Around a member's driver, outside of all faults: tells the oracle what the engine was handed, and what it settles.</summary>
internal sealed class SpyDriver(IBrokerDriver inner, Member member) : IBrokerDriver
{
    public string Type => inner.Type;

    public IBrokerConnection Create(BrokerContext context) => new SpyConnection(inner.Create(context), member);
}

internal sealed class SpyConnection(IBrokerConnection inner, Member member) : IBrokerConnection
{
    public object? ReadChannel(SettingsReader settings) => inner.ReadChannel(settings);

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues) => inner.Resolve(plan, issues);

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => inner.NameFor(main, role, tier);

    public ErrorInfo Classify(Exception error) => inner.Classify(error);

    public ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken) => inner.OpenSenderAsync(plan, cancellationToken);

    public async ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken)
    {
        var receiver = await inner.OpenReceiverAsync(plan, events, cancellationToken).ConfigureAwait(false);
        if (plan.Mode == ReceiveMode.Browse)
            return receiver;
        return receiver is ILeaseExtender extender ? new LeasedSpyReceiver(receiver, extender, member) : new SpyReceiver(receiver, member);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

internal class SpyReceiver(IReceiver inner, Member member) : IReceiver
{
    public ReceiveTraits Traits => inner.Traits;

    public async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
    {
        var batch = await inner.ReceiveAsync(maxRecords).ConfigureAwait(false);
        if (batch is not null)
            member.Group.Received(member, batch.Records);
        return batch;
    }

    public ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        foreach (ref readonly var command in commands.Span)
            member.Group.Settling(member, in command, inner.Traits.Ack == AckMode.Cumulative);
        return inner.SettleAsync(commands, outcomes, cancellationToken);
    }

    public void SetFlow(Ownership part, bool open) => inner.SetFlow(part, open);

    public ValueTask StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

internal sealed class LeasedSpyReceiver(IReceiver inner, ILeaseExtender extender, Member member) : SpyReceiver(inner, member), ILeaseExtender
{
    public ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, TimeSpan by, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
        extender.ExtendAsync(records, by, outcomes, cancellationToken);
}
