using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;

namespace EventFabric.Testing;

/// <summary>What goes wrong with one settle command, or one extension of a lease.</summary>
[Experimental("EVF9001")]
public readonly struct SettleFault
{
    /// <summary>Nothing: it goes to the driver.</summary>
    public static SettleFault None => default;

    /// <summary>It never reaches the driver, and <see cref="SettleStatus.Applied"/> is reported: an acknowledgement that the broker forgets.</summary>
    public static SettleFault Swallow => new() { IsFault = true };

    internal bool IsFault { get; private init; }

    internal ErrorKind? Error { get; private init; }

    /// <summary>It does not reach the driver, and <see cref="SettleStatus.Failed"/> is reported.</summary>
    /// <param name="error">What the error is classified as.</param>
    /// <returns>The fault.</returns>
    public static SettleFault Fail(ErrorKind error) => new() { IsFault = true, Error = error };
}
