using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;

namespace EventFabric.Testing;

/// <summary>What goes wrong with one record that is sent.</summary>
[Experimental("EVF9001")]
public readonly struct SendFault
{
    internal enum Kinds : byte
    {
        None,
        Fail,
        LoseAck,
        Hold,
        HoldAck,
    }

    /// <summary>Nothing: the record goes to the driver.</summary>
    public static SendFault None => default;

    /// <summary>The driver stores it, and the answer is lost: <see cref="SendStatus.Unknown"/>.</summary>
    public static SendFault LoseAck => new() { Kind = Kinds.LoseAck };

    internal Kinds Kind { get; private init; }

    internal SendStatus Status { get; private init; }

    internal ErrorKind Error { get; private init; }

    internal SendHold? Waits { get; private init; }

    /// <summary>The record is not stored.</summary>
    /// <param name="status">What is reported: rejected, not sent, or unknown.</param>
    /// <param name="error">What the error is classified as.</param>
    /// <returns>The fault.</returns>
    public static SendFault Fail(SendStatus status, ErrorKind error)
    {
        if (status is SendStatus.Accepted or SendStatus.Duplicate) throw new ArgumentException("A failed record is rejected, not sent or unknown.", nameof(status));
        return new SendFault { Kind = Kinds.Fail, Status = status, Error = error };
    }

    /// <summary>The record, and those of its key behind it, wait before they reach the driver.</summary>
    /// <param name="hold">Until it is released.</param>
    /// <returns>The fault.</returns>
    public static SendFault Hold(SendHold hold) => new() { Kind = Kinds.Hold, Waits = hold ?? throw new ArgumentNullException(nameof(hold)) };

    /// <summary>The driver stores it, and what became of it is reported late.</summary>
    /// <param name="hold">Until it is released.</param>
    /// <returns>The fault.</returns>
    public static SendFault HoldAck(SendHold hold) => new() { Kind = Kinds.HoldAck, Waits = hold ?? throw new ArgumentNullException(nameof(hold)) };
}
