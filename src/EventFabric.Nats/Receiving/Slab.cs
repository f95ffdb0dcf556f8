namespace EventFabric.Nats.Receiving;

/// <summary>Memory of records, shared by the batches that they were dealt out to.</summary>
internal sealed class Slab(byte[] bytes)
{
    private int _users = 1;

    internal byte[] Bytes { get; } = bytes;

    internal void Share() => Interlocked.Increment(ref _users);

    /// <summary>True: the last user is gone, and the memory may be used again.</summary>
    internal bool Release() => Interlocked.Decrement(ref _users) == 0;
}
