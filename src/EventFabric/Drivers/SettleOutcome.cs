using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>What became of a settle command.</summary>
[Experimental("EVF9001")]
public enum SettleStatus : byte
{
    /// <summary>The broker received it. Some brokers confirm stale settles too: past the lease the driver answers <see cref="LeaseLost"/> itself.</summary>
    Applied,

    /// <summary>It is on the wire; the broker confirms nothing.</summary>
    Sent,

    /// <summary>The record was settled before.</summary>
    AlreadySettled,

    /// <summary>The tenure has ended or the lease is over: nothing was done.</summary>
    LeaseLost,

    /// <summary>It did not reach the broker, or was refused; may be tried again.</summary>
    Failed,
}

/// <summary>What became of one <see cref="SettleCommand"/>, or of one extension of a lease. The default value says that it was done.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Error">Why it failed.</param>
[Experimental("EVF9001")]
public readonly record struct SettleOutcome(SettleStatus Status, Exception? Error);
