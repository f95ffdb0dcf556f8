using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>The attributes that a <see cref="HeaderBlock"/> finds without a search.</summary>
[Experimental("EVF9001")]
public enum CloudEventAttribute : byte
{
    /// <summary><c>id</c>.</summary>
    Id,

    /// <summary><c>type</c>.</summary>
    Type,

    /// <summary><c>source</c>.</summary>
    Source,

    /// <summary><c>time</c>.</summary>
    Time,
}
