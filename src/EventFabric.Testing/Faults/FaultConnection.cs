using System.Collections.Immutable;
using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.Testing.Faults;

/// <summary>Wraps what a connection opens.</summary>
internal class FaultConnection(IBrokerConnection inner, FaultPlan plan, WorkScheduler scheduler) : IBrokerConnection
{
    public object? ReadChannel(SettingsReader settings) => inner.ReadChannel(settings);

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues) => inner.Resolve(plan, issues);

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => inner.NameFor(main, role, tier);

    public ErrorInfo Classify(Exception error) => error is FaultException fault ? new ErrorInfo(fault.Kind, "fault") : inner.Classify(error);

    public async ValueTask<ISender> OpenSenderAsync(ChannelPlan channel, CancellationToken cancellationToken)
    {
        plan.ThrowIfCrashed();
        var sender = await inner.OpenSenderAsync(channel, cancellationToken).ConfigureAwait(false);
        return new FaultSender(sender, channel, plan);
    }

    public async ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan channel, IReceiverEvents events, CancellationToken cancellationToken)
    {
        plan.ThrowIfCrashed();
        var tenures = new FaultTenures(events);
        var receiver = await inner.OpenReceiverAsync(channel, tenures, cancellationToken).ConfigureAwait(false);
        var wrapped = receiver is ILeaseExtender extender
            ? new FaultLeasedReceiver(receiver, extender, tenures, plan, scheduler)
            : new FaultReceiver(receiver, tenures, plan, scheduler);
        plan.Add(wrapped);
        return wrapped;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
