using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>The driver of brokers of <c>Type: InMemory</c>: the reference for how a driver is written.</summary>
internal sealed class InMemoryDriver(InMemoryBroker broker) : IBrokerDriver
{
    public string Type => "InMemory";

    public IBrokerConnection Create(BrokerContext context)
    {
        var options = context.Bind<InMemoryOptions>(Read);
        context.Report(BrokerState.Ready);
        return new InMemoryConnection(broker, options, context.MaxEventBytes, context.Scheduler);
    }

    internal static void Read(SettingsReader reader, InMemoryOptions options)
    {
        options.Profile = reader.Choice("Profile", "What kind of broker is played: a log with partitions, or a queue with leases.", options.Profile);
        options.Partitions = (int)reader.Number("Partitions", "Partitions of an address that is made here. Profile Log.", options.Partitions, 1, 1024)!;
        options.Lease = reader.Duration(
            "Lease", "How long a delivered record belongs to its receiver without extension. Profile Queue.", options.Lease, TimeSpan.FromSeconds(1), QueueClock.Max)!.Value;
        options.RetentionBytes = reader.Number(
            "RetentionBytes", "Bytes of an address that are kept beyond what a group has not settled.", options.RetentionBytes, 0, long.MaxValue)!.Value;
        options.Portable = reader.Flag("Portable", "Whether the strictest limits of the six brokers hold.", options.Portable);
        options.Holes = reader.Flag("Holes", "For tests: positions have holes between them, as transactions leave them on Kafka.", options.Holes);
    }
}
