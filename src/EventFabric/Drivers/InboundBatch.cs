using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>
/// Records that a receiver hands over: struct records over one slab. Owned and pooled by the driver, handed over by Receive and given
/// back once, by <see cref="Recycle"/>.
/// </summary>
[Experimental("EVF9001")]
public abstract class InboundBatch
{
    /// <summary>The records. Valid until <see cref="Recycle"/>.</summary>
    public abstract ReadOnlySpan<InboundRecord> Records { get; }

    /// <summary>
    /// A timestamp of <see cref="BrokerContext.Time"/> that the lease on these records surely outlives; <see cref="long.MaxValue"/>: no lease, and none is extended.
    /// </summary>
    public long LeaseEnds { get; protected set; } = long.MaxValue;

    /// <summary>Gives the client library's own form of a record.</summary>
    /// <typeparam name="T">The client's type; may be a struct.</typeparam>
    /// <param name="index">Which record.</param>
    /// <param name="native">The record in the client's form.</param>
    /// <returns>Whether the driver has the record in that form.</returns>
    public virtual bool TryGetNative<T>(int index, [NotNullWhen(true)] out T? native)
    {
        native = default;
        return false;
    }

    /// <summary>Gives the batch back to the driver, which clears and pools it, or does nothing where it pools nothing. Called once, by the engine, from any thread, when it references no record of it.</summary>
    public abstract void Recycle();
}
