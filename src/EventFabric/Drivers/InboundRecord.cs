using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>One record of an <see cref="InboundBatch"/>. An array element that is read in place: hence fields.</summary>
[Experimental("EVF9001")]
[SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "An array element that is filled and read in place.")]
public struct InboundRecord
{
    /// <summary>The body, in the batch's slab.</summary>
    public ReadOnlyMemory<byte> Body;

    /// <summary>The key, in the batch's slab. Empty without <see cref="RecordFlags.HasKey"/>: none.</summary>
    public ReadOnlyMemory<byte> Key;

    /// <summary>The headers, in the batch's slab.</summary>
    public HeaderBlock Headers;

    /// <summary>All that settling needs.</summary>
    public RecordRef Ref;

    /// <summary>When the broker took the record, in Unix milliseconds; 0: it does not say.</summary>
    public long BrokerTimeMs;

    /// <summary>How often the broker has handed the record over, this time included; 0: it does not say.</summary>
    public int DeliveryCount;

    /// <summary>Null body, key, redelivered.</summary>
    public RecordFlags Flags;
}
