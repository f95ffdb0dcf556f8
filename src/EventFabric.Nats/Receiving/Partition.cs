namespace EventFabric.Nats.Receiving;

/// <summary>One partition as a member sees it. Changed by the receiver's loop only.</summary>
internal sealed class Partition(int index, string consumer)
{
    internal int Index { get; } = index;

    internal string Consumer { get; } = consumer;

    /// <summary>The subscription: one that waits for the pin, or a tenure's. Null: neither.</summary>
    internal PartitionPull? Pull { get; set; }

    internal bool IsOwned => Pull?.Owner is not null;

    /// <summary>Whether it was asked, since the members last changed, who the server thinks the owner is.</summary>
    internal bool IsChecked { get; set; }
}
