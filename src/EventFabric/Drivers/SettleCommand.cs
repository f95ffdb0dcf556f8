using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>What is to become of a received record.</summary>
[Experimental("EVF9001")]
public enum SettleKind : byte
{
    /// <summary>It is done with.</summary>
    Ack,

    /// <summary>It is to be delivered again.</summary>
    Release,

    /// <summary>It is dropped on purpose: terminated where the broker has that, else acknowledged.</summary>
    Discard,
}

/// <summary>One record to settle. Dead-lettering is the engine's business: a driver sees the send and then an ack.</summary>
/// <param name="Record">Which.</param>
/// <param name="Kind">What is to become of it.</param>
/// <param name="Delay">For a release: not to be delivered again before. Zero: at once.</param>
/// <param name="Reason">For a discard, where the broker takes one.</param>
[Experimental("EVF9001")]
public readonly record struct SettleCommand(RecordRef Record, SettleKind Kind, TimeSpan Delay, string? Reason = null);
