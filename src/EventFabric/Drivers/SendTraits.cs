using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>Limits and habits of a sender.</summary>
/// <param name="MaxCount">The most records in one batch.</param>
/// <param name="MaxBatchBytes">The most bytes in one batch, as <see cref="ISender.Measure"/> counts.</param>
/// <param name="MaxRecordBytes">The most bytes of one record, as <see cref="ISender.Measure"/> counts.</param>
/// <param name="MaxHeaders">The most headers of one record.</param>
/// <param name="MaxOpenCalls">
/// The most calls of <see cref="ISender.SendAsync"/> that may be unfinished at once. Starts never overlap, so a sender that finishes inside the call may name
/// any number. With few of them, calls that the broker does not answer hold up all others.
/// </param>
/// <param name="MaxOpenRecords">The most records that may be uncompleted at once, over all calls.</param>
/// <param name="Binding">How CloudEvents attributes are written here.</param>
/// <param name="DedupById">Whether the broker discards a second send of the same id.</param>
[Experimental("EVF9001")]
public sealed record SendTraits(
    int MaxCount,
    long MaxBatchBytes,
    long MaxRecordBytes,
    int MaxHeaders,
    int MaxOpenCalls,
    long MaxOpenRecords,
    CloudEventsBinding Binding,
    bool DedupById);
