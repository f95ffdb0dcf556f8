using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>What became of a record that was to be sent.</summary>
[Experimental("EVF9001")]
public enum SendStatus : byte
{
    /// <summary>The broker has it.</summary>
    Accepted,

    /// <summary>The broker has it from an earlier send of the same id.</summary>
    Duplicate,

    /// <summary>The broker refused it; <see cref="SendOutcome.Error"/> says why.</summary>
    Rejected,

    /// <summary>Certainly not stored.</summary>
    NotSent,

    /// <summary>May be stored: the answer is missing.</summary>
    Unknown,
}

/// <summary>What became of one record of a <see cref="SendBatch"/>. The default value says that the broker has it.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Position">Where the broker keeps it; default where it does not say, or did not take it.</param>
/// <param name="Error">
/// Why it was not accepted, for <see cref="IBrokerConnection.Classify"/>. Null where there is nothing to say: an earlier record of its key was not accepted.
/// </param>
[Experimental("EVF9001")]
public readonly record struct SendOutcome(SendStatus Status, RecordPosition Position, Exception? Error);
