namespace EventFabric.InMemory;

/// <summary>What tests may do to a receiver that a broker may do to it any time.</summary>
internal interface IFaultableReceiver
{
    /// <summary>The process is gone: tenures end, nothing is asked, told or released.</summary>
    void Crash();

    /// <summary>The group wants partitions for somebody else: the engine is asked. Null: all of them.</summary>
    void Revoke(int? partition);

    /// <summary>Partitions are gone before anybody was asked. Null: all of them.</summary>
    void Steal(int? partition);
}
