using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>Who reads an address: a group, or one that only looks. Everything under the address's gate.</summary>
internal abstract class ReaderGroup
{
    /// <summary>The lowest position of a partition that is still wanted: the log drops nothing from there on.</summary>
    public abstract long LowestNeeded(int partition);

    /// <summary>Records have been appended to a partition.</summary>
    public abstract void OnAppended(int partition, ref WakeList wake);

    public abstract void Join(Membership member, ref WakeList wake);

    public abstract void Leave(Membership member, ref WakeList wake);

    /// <summary>A tenure is over, as its engine agreed or its grace ran out.</summary>
    public abstract void Vacate(Tenure tenure, ref WakeList wake);

    /// <summary>Takes what there is for a member into a batch that has begun. Returns whether none can come any more.</summary>
    public abstract bool Take(Membership member, InMemoryBatch batch);

    public abstract SettleOutcome Settle(Membership member, in SettleCommand command);

    /// <summary>After every take and settle: wakes others for whom there is something now.</summary>
    public virtual void AfterChange(ref WakeList wake)
    {
    }
}
