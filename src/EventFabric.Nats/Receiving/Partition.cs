using EventFabric.Drivers;

namespace EventFabric.Nats.Receiving;

/// <summary>One partition as a member sees it. Changed by the receiver's loop only.</summary>
internal sealed class Partition(int index)
{
    internal int Index { get; } = index;

    /// <summary>The group's newest consumer of it, as far as is known here.</summary>
    internal string Consumer { get; set; } = "";

    /// <summary>When the server was last asked who is pinned, a timestamp; 0: look soon.</summary>
    internal long LookedAt { get; set; }

    /// <summary>The subscription: one that waits for the pin, or the one that records are taken from. Null: neither.</summary>
    internal PartitionPull? Pull { get; set; }

    /// <summary>The tenure; null: the partition is not ours. It may begin before the server has pinned us, which it does with the first record.</summary>
    internal Ownership? Owner { get; set; }

    /// <summary>Whether the engine wants nothing of the tenure for now.</summary>
    internal bool IsClosed { get; set; }
}
