using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>What kind of failure an exception of a broker is.</summary>
[Experimental("EVF9001")]
public enum ErrorKind : byte
{
    /// <summary>It may succeed when tried again.</summary>
    Transient,

    /// <summary>The broker asks for less; tried again later.</summary>
    Throttled,

    /// <summary>Not known whether the broker did it.</summary>
    Unknown,

    /// <summary>The address is not there.</summary>
    NotFound,

    /// <summary>The credentials are refused or do not suffice.</summary>
    Unauthorized,

    /// <summary>The record is larger than the broker takes.</summary>
    TooLarge,

    /// <summary>The broker will never take the record.</summary>
    Invalid,

    /// <summary>Another process took over.</summary>
    Fenced,

    /// <summary>The sender or receiver is of no more use; the channel is opened again.</summary>
    Fatal,
}

/// <summary>An exception of a broker, sorted.</summary>
/// <param name="Kind">What kind of failure it is.</param>
/// <param name="Code">The broker's own short name or number of it, stable and without secrets.</param>
/// <param name="RetryAfter">How long the broker asks to wait; null when it says nothing.</param>
[Experimental("EVF9001")]
public readonly record struct ErrorInfo(ErrorKind Kind, string Code, TimeSpan? RetryAfter = null);
