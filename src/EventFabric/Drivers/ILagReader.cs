using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>Implemented by a receiver that can say how far its group is behind.</summary>
[Experimental("EVF9001")]
public interface ILagReader
{
    /// <summary>Reads how far the group is behind.</summary>
    /// <param name="into">Gets one entry per partition that is known here.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Ends when all are added.</returns>
    ValueTask ReadLagAsync(ICollection<PartitionLag> into, CancellationToken cancellationToken);
}

/// <summary>How far a group is behind in one partition.</summary>
/// <param name="Partition">The partition's name.</param>
/// <param name="Records">How many records are not settled; null where it is not known.</param>
/// <param name="OldestAt">When the broker took the oldest of them; null where it is not known.</param>
[Experimental("EVF9001")]
public readonly record struct PartitionLag(string Partition, long? Records, DateTimeOffset? OldestAt);
