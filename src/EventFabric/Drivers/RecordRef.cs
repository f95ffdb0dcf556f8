using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>All that settling needs of a record. Outlives the batch, so that a held record can be copied out and its slab freed.</summary>
/// <param name="Owner">The tenure in which it was received.</param>
/// <param name="Position">Where the broker keeps it.</param>
/// <param name="Handle">
/// The driver's own: a receipt, an ack id, a reply subject, an entry. On a leased broker it tells the deliveries of a record apart, so that an old one settles nothing.
/// </param>
[Experimental("EVF9001")]
public readonly record struct RecordRef(Ownership Owner, RecordPosition Position, object? Handle);
