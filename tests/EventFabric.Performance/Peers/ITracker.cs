namespace EventFabric.Performance.Peers;

/// <summary>A commit tracker: positions come in order, are completed in any, and the highest contiguous one is known.</summary>
internal interface ITracker<TSelf>
    where TSelf : struct, ITracker<TSelf>
{
    static abstract TSelf Create();

    void Add(long position);

    /// <summary>Completes a position that was added. The front: everything up to it is complete.</summary>
    long Complete(long position);
}
