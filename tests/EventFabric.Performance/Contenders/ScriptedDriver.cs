using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Performance.Contenders;

/// <summary>A driver that only receives, from a script in this process: what is left is the engine's own cost.</summary>
internal sealed class ScriptedDriver(ScriptedSource source) : IBrokerDriver, IBrokerConnection
{
    public string Type => "Scripted";

    public IBrokerConnection Create(BrokerContext context)
    {
        context.Report(BrokerState.Ready);
        return this;
    }

    public object? ReadChannel(SettingsReader settings) => null;

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues) =>
        [.. Enum.GetValues<Capability>().Select(static capability => new CapabilityCell(capability, Support.Native))];

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => $"{main.Address}-{main.Group}-{role}";

    public ErrorInfo Classify(Exception error) => new(ErrorKind.Fatal, "scripted");

    public ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken) =>
        new(new ScriptedReceiver(source, events));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
