using EventFabric.Nats.Addressing;

namespace EventFabric.Nats.Topology;

/// <summary>A stream that is there, as the address of a channel.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Address">What its subjects begin with.</param>
/// <param name="Partitions">How many subjects keys are dealt out to.</param>
internal sealed record StreamRef(string Name, string Address, int Partitions)
{
    /// <summary>The subject of each partition.</summary>
    internal string[] Subjects { get; } = [.. Enumerable.Range(0, Partitions).Select(partition => NatsNames.Subject(Address, partition))];
}
