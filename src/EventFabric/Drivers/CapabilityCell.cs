using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>Whether something is supported, and by whom.</summary>
[Experimental("EVF9001")]
public enum Support : byte
{
    /// <summary>Not at all: configuration that needs it is refused.</summary>
    Unsupported,

    /// <summary>By the library or the driver, on top of the broker.</summary>
    Emulated,

    /// <summary>By the broker itself.</summary>
    Native,
}

/// <summary>One capability of one plan.</summary>
/// <param name="Capability">Which.</param>
/// <param name="Support">Whether it is there.</param>
/// <param name="How">How it is done, or why it cannot be, for people: shown by <c>describe</c> and in refusals.</param>
[Experimental("EVF9001")]
public readonly record struct CapabilityCell(Capability Capability, Support Support, string? How = null);
